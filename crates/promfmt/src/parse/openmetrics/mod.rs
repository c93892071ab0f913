//! OpenMetrics 1.0, as strictly as it is specified.

mod family; // The family that is being read.
mod kind; // What each type allows.
mod line; // What one line says.
mod point; // What several lines say together.
mod reader; // Families, one after the other.
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

/// Parses OpenMetrics 1.0, and yields each family once the next one begins.
///
/// Whoever reads from a file or a socket wants an [`std::io::BufReader`].
///
/// Follows the [specification](https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md), and enforces its rules: the `# EOF` at the end, no blank lines, metadata before samples, families and metrics in one piece, names that do not clash, suffixes and units that fit the type, timestamps in order, buckets that add up, and exemplars only where they may be, in their buckets, and of no more than 128 characters.
/// It takes a little more than that, as others do: names that begin with an underscore, which are reserved, backslashes that escape nothing, and bare quotes and carriage returns in help texts.
/// Names beyond ASCII may stand in quotes, as in `{"http.requests_total"} 1`, which came later.
///
/// The families are named as in a registry: counters with `_total`, and infos, which become gauges, with `_info`.
/// State sets become gauges, too. The bucket `+Inf` is left out unless it has an exemplar, families without samples are left out, and of several samples of a metric with the same timestamp the first counts.
///
/// # Defaults
///
/// [`Limits::default`].
///
/// # Errors
///
/// The items are errors of three kinds, with which the parser ends: [`Error::Parse`], [`Error::Limit`] and [`Error::Read`].
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
    /// What is to come after the family that came last.
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

    /// Sets how much the parser takes.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Reads up to the end of a family that has metrics.
    fn read(&mut self) -> Result<Option<MetricFamily>, Error> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        while let Some(line) = self.lines.next(&self.limits)? {
            let outcome = self.reader.line(line, &self.limits);
            let outcome = outcome.map_err(|fault| fault.in_line(self.lines.number));
            // A line that is wrong may still have ended a family that is not.
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

/// Parses all of a text in the format OpenMetrics 1.0.
///
/// # Errors
///
/// [`Error::Parse`] and [`Error::Limit`], with the place; [`OpenMetricsParser`] tells what stood before it.
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
