//! Text format 0.0.4, as leniently as Go reads it.

mod families; // What was read so far.
mod line; // What one line says.
#[cfg(test)]
mod tests;
mod value; // What several lines say together.

use std::fmt;
use std::io::BufRead;
use std::iter::FusedIterator;
use std::vec;

use promcore::MetricFamily;

use self::line::Reader;
use super::limits::Limits;
use super::lines::Lines;
use crate::error::Error;

/// Which names a parser takes.
///
/// # Examples
///
/// ```
/// use promfmt::{NameValidation, TextParser};
///
/// let text = &b"{\"http.requests\"} 1\n"[..];
/// assert!(TextParser::new(text).all(|family| family.is_ok()));
/// let mut families = TextParser::new(text).validation(NameValidation::Legacy);
/// assert!(families.any(|family| family.is_err()));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "ValidationScheme")]
pub enum NameValidation {
    /// Only what older servers know: ASCII letters, digits, underscores and, for metrics, colons.
    Legacy,
    /// Every text that is not empty.
    #[default]
    Utf8,
}

/// Parses text format 0.0.4, and yields its families in the order in which they are first mentioned.
///
/// Lines of different families may be mixed, so that the first family comes when all of the input was read; the input itself is not kept.
/// After an error come the families of the lines before it, and then the error.
/// Whoever reads from a file or a socket wants an [`std::io::BufReader`].
///
/// Follows `expfmt/text_parse.go` of prometheus/common 0.70.1, which is lenient: it takes leading blanks, any case in types, commas before the closing brace, and several series with the same labels.
/// Labels and buckets stay in the order of the input.
/// A family without a `# TYPE` line is [untyped](promcore::MetricType::Untyped), and one without series is left out.
///
/// What differs from Go: the order of families is not random, help texts that are not UTF-8 are repaired, labels that stand in braces before the name are never lost, and a line without a name, which Go adds to the line before, is an error.
///
/// # Defaults
///
/// [`Limits::default`], and names in UTF-8.
///
/// # Errors
///
/// The items are errors of three kinds: [`Error::Parse`], [`Error::Limit`] and [`Error::Read`].
///
/// # Examples
///
/// ```
/// use promcore::MetricValue;
/// use promfmt::TextParser;
///
/// let text = &b"# TYPE jobs_total counter\njobs_total{kind=\"mail\"} 3\n"[..];
/// for family in TextParser::new(text) {
///     let family = family?;
///     assert_eq!(family.name, "jobs_total");
///     assert_eq!(family.metrics[0].labels[0].value, "mail");
///     assert_eq!(family.metrics[0].value, MetricValue::Counter(3.0.into()));
/// }
/// # Ok::<(), promfmt::Error>(())
/// ```
#[doc(alias = "NewTextParser")]
#[doc(alias = "TextToMetricFamilies")]
#[must_use]
pub struct TextParser<R> {
    lines: Lines<R>,
    limits: Limits,
    validation: NameValidation,
    outcome: Option<Outcome>,
}

/// What came of the input.
struct Outcome {
    families: vec::IntoIter<MetricFamily>,
    error: Option<Error>,
}

impl<R: BufRead> TextParser<R> {
    /// Makes a parser that reads from `input`.
    pub fn new(input: R) -> Self {
        Self {
            lines: Lines::new(input),
            limits: Limits::default(),
            validation: NameValidation::default(),
            outcome: None,
        }
    }

    /// Sets how much the parser takes.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets which names the parser takes.
    pub fn validation(mut self, validation: NameValidation) -> Self {
        self.validation = validation;
        self
    }

    fn read(&mut self) -> Outcome {
        let mut reader = Reader::new(self.limits, self.validation);
        let outcome = self.read_into(&mut reader);
        Outcome {
            families: reader.into_families().into_iter(),
            error: outcome.err(),
        }
    }

    fn read_into(&mut self, reader: &mut Reader) -> Result<(), Error> {
        while let Some(line) = self.lines.next(&self.limits)? {
            if let Err(fault) = reader.line(line) {
                return Err(fault.in_line(self.lines.number));
            }
        }
        Ok(())
    }
}

impl<R: BufRead> Iterator for TextParser<R> {
    type Item = Result<MetricFamily, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.outcome.is_none() {
            self.outcome = Some(self.read());
        }
        let outcome = self.outcome.as_mut()?;
        let family = outcome.families.next().map(Ok);
        family.or_else(|| outcome.error.take().map(Err))
    }
}

impl<R: BufRead> FusedIterator for TextParser<R> {}

impl<R> fmt::Debug for TextParser<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextParser")
            .field("limits", &self.limits)
            .field("validation", &self.validation)
            .finish_non_exhaustive()
    }
}

/// Parses all of a text in format 0.0.4.
///
/// # Errors
///
/// [`Error::Parse`] and [`Error::Limit`], with the place; [`TextParser`] tells what stood before it.
///
/// # Examples
///
/// ```
/// let families = promfmt::parse_text("up 1\n")?;
/// assert_eq!(families[0].name, "up");
/// let error = promfmt::parse_text("up 1\nup one\n").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     r#"cannot parse metrics at line 2, column 4: expected float as value, got "one""#
/// );
/// # Ok::<(), promfmt::Error>(())
/// ```
pub fn parse_text(text: impl AsRef<[u8]>) -> Result<Vec<MetricFamily>, Error> {
    TextParser::new(text.as_ref()).collect()
}
