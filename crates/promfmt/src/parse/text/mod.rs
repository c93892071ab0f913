//! A parser of text format 0.0.4, as lenient as Go's.

mod families; // The families so far.
mod line; // Single lines.
#[cfg(test)]
mod tests;
mod value; // Values from several lines.

use std::fmt;
use std::io::BufRead;
use std::iter::FusedIterator;
use std::vec;

use promcore::MetricFamily;

use self::line::Reader;
use super::limits::Limits;
use super::lines::Lines;
use crate::error::Error;

/// The names that a parser accepts.
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
    /// ASCII letters, digits, underscores and, for metrics, colons, as in older servers.
    Legacy,
    /// Any text that is not empty.
    #[default]
    Utf8,
}

/// Parses text format 0.0.4, and yields its families in the order in which they are first mentioned.
///
/// Lines of different families may be mixed, so the first family is yielded when all of the input is read; the input itself is not kept.
/// If there is an error, the families before it are yielded first.
/// Wrap a file or a socket in a [`std::io::BufReader`].
///
/// Follows `expfmt/text_parse.go` of prometheus/common 0.70.1, which is lenient: it accepts leading blanks, types in any case, a comma before the closing brace, and several series with the same labels.
/// Labels and buckets stay in the order of the input.
/// A family without a `# TYPE` line is [untyped](promcore::MetricType::Untyped), and one without series is left out.
///
/// Unlike in Go, the order of families is not random, help texts that are not UTF-8 are repaired, labels before a name in braces are never lost, and a line without a name, which Go adds to the previous line, is an error.
///
/// # Defaults
///
/// [`Limits::default`], and names in UTF-8.
///
/// # Errors
///
/// Items can be [`Error::Parse`], [`Error::Limit`] or [`Error::Read`].
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

/// The result of the whole input.
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

    /// Sets the limits of the parser.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets which names are valid.
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

/// Parses a text in format 0.0.4.
///
/// # Errors
///
/// [`Error::Parse`] or [`Error::Limit`], with the position; [`TextParser`] also yields the families before it.
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
