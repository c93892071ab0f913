/// The limits of a parser, so that no input can exhaust memory.
///
/// A tree usually takes a few bytes for each byte of its input.
/// The shortest series and families and, in protobuf, empty buckets take about 30, and up to 80 while a list of them grows.
///
/// # Defaults
///
/// 64 MiB of input, 1 MiB per line, 128 labels per series, a million series.
///
/// # Examples
///
/// ```
/// use promfmt::{Limits, TextParser};
///
/// let text = &b"requests_total 1\nrequests_total 2\n"[..];
/// let limits = Limits::default().series(1);
/// let mut families = TextParser::new(text).limits(limits);
/// assert!(families.any(|family| family.is_err()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Limits {
    pub(super) bytes: u64,
    pub(super) line: usize,
    pub(super) labels: usize,
    pub(super) series: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            line: 1 << 20,
            labels: 128,
            series: 1_000_000,
        }
    }
}

impl Limits {
    /// Removes all limits, for trusted inputs.
    pub fn unlimited() -> Self {
        Self {
            bytes: u64::MAX,
            line: usize::MAX,
            labels: usize::MAX,
            series: usize::MAX,
        }
    }

    /// Sets the maximum number of bytes of the input.
    pub fn bytes(mut self, bytes: u64) -> Self {
        self.bytes = bytes;
        self
    }

    /// Sets the maximum number of bytes of a line.
    pub fn line(mut self, bytes: usize) -> Self {
        self.line = bytes;
        self
    }

    /// Sets the maximum number of labels of a series or an exemplar.
    pub fn labels(mut self, labels: usize) -> Self {
        self.labels = labels;
        self
    }

    /// Sets the maximum number of series, and of families.
    pub fn series(mut self, series: usize) -> Self {
        self.series = series;
        self
    }
}
