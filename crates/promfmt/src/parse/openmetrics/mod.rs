//! A strict parser of OpenMetrics 1.0.

mod family; // The current family.
mod kind; // The rules of each type.
mod line; // Single lines.
mod point; // Values from several lines.
mod reader; // Lines to families.
#[cfg(test)]
mod tests;

use std::fmt;
use std::io::BufRead;
use std::iter::FusedIterator;

use promcore::MetricFamily;

use self::reader::Reader;
use super::limits::Limits;
use super::lines::Lines;
use crate::error::Error;

/// Parses OpenMetrics 1.0, and yields each family when the next one begins.
///
/// Wrap a file or a socket in a [`std::io::BufReader`].
///
/// Follows the [specification](https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md), and enforces its rules: `# EOF` at the end, no blank lines, metadata before samples, families and metrics not interleaved, names that do not clash, suffixes and units that match the type, timestamps in order, cumulative buckets, and exemplars only where they are allowed, within their buckets, and with at most 128 characters.
/// Like other parsers, it accepts slightly more: reserved names that start with an underscore, backslashes that escape nothing, and unescaped quotes and carriage returns in help texts.
/// Names beyond ASCII may be quoted, as in `{"http.requests_total"} 1`, a later addition to the format.
///
/// Families are named as in a registry: counters with `_total`, and infos, which become gauges, with `_info`.
/// State sets also become gauges.
/// The bucket `+Inf` is left out unless it has an exemplar, and so are families without samples.
/// If a metric has several samples with the same timestamp, the first one counts.
///
/// # Defaults
///
/// [`Limits::default`].
///
/// # Errors
///
/// Items can be [`Error::Parse`], [`Error::Limit`] or [`Error::Read`], after which the parser ends.
///
/// # Examples
///
/// ```
/// use promfmt::OpenMetricsParser;
///
/// let text = &b"# TYPE jobs counter\njobs_total 3 # {job=\"17\"} 1\n# EOF\n"[..];
/// for family in OpenMetricsParser::new(text) {
///     let family = family?;
///     assert_eq!(family.name, "jobs_total");
///     assert_eq!(family.metrics.len(), 1);
/// }
/// # Ok::<(), promfmt::Error>(())
/// ```
#[must_use]
pub struct OpenMetricsParser<R> {
    lines: Lines<R>,
    limits: Limits,
    reader: Reader,
    /// The error to yield after the last family.
    error: Option<Error>,
    has_ended: bool,
}

impl<R: BufRead> OpenMetricsParser<R> {
    /// Makes a parser that reads from `input`.
    pub fn new(input: R) -> Self {
        Self {
            lines: Lines::new(input),
            limits: Limits::default(),
            reader: Reader::default(),
            error: None,
            has_ended: false,
        }
    }

    /// Sets the limits of the parser.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Reads up to the end of the next family with metrics.
    fn read(&mut self) -> Result<Option<MetricFamily>, Error> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        while let Some(line) = self.lines.next(&self.limits)? {
            let outcome = self.reader.line(line, &self.limits);
            let outcome = outcome.map_err(|fault| fault.in_line(self.lines.number));
            // An invalid line may have ended a valid family.
            match (self.reader.take_done(), outcome) {
                (Some(family), outcome) => {
                    self.error = outcome.err();
                    return Ok(Some(family));
                }
                (None, outcome) => outcome?,
            }
        }
        let end = self.reader.end();
        end.map_err(|fault| fault.in_line(self.lines.number))?;
        Ok(None)
    }
}

impl<R: BufRead> Iterator for OpenMetricsParser<R> {
    type Item = Result<MetricFamily, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_ended {
            return None;
        }
        let family = self.read();
        self.has_ended = !matches!(family, Ok(Some(_)));
        family.transpose()
    }
}

impl<R: BufRead> FusedIterator for OpenMetricsParser<R> {}

impl<R> fmt::Debug for OpenMetricsParser<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenMetricsParser")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Parses a text in OpenMetrics 1.0.
///
/// # Errors
///
/// [`Error::Parse`] or [`Error::Limit`], with the position; [`OpenMetricsParser`] also yields the families before it.
///
/// # Examples
///
/// ```
/// let families = promfmt::parse_openmetrics("up 1\n# EOF\n")?;
/// assert_eq!(families[0].name, "up");
/// let error = promfmt::parse_openmetrics("up 1\n").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "cannot parse metrics at line 2, column 1: there is no # EOF at the end"
/// );
/// # Ok::<(), promfmt::Error>(())
/// ```
pub fn parse_openmetrics(text: impl AsRef<[u8]>) -> Result<Vec<MetricFamily>, Error> {
    OpenMetricsParser::new(text.as_ref()).collect()
}
