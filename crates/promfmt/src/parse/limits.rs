/// How much a parser takes before it gives up, so that no input can fill the memory.
///
/// A tree mostly takes a few bytes for each byte of its input.
/// The shortest series and families and, in protobuf, empty buckets take about 30, and up to 80 while a list of them grows.
///
/// # Defaults
///
/// 64 MiB, lines of 1 MiB, 128 labels for a series, a million series.
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
    /// Takes everything, for inputs that can be trusted.
    pub fn unlimited() -> Self {
        Self {
            bytes: u64::MAX,
            line: usize::MAX,
            labels: usize::MAX,
            series: usize::MAX,
        }
    }

    /// Sets how many bytes the whole input may have.
    pub fn bytes(mut self, bytes: u64) -> Self {
        self.bytes = bytes;
        self
    }

    /// Sets how many bytes a line may have.
    pub fn line(mut self, bytes: usize) -> Self {
        self.line = bytes;
        self
    }

    /// Sets how many labels a series or an exemplar may have.
    pub fn labels(mut self, labels: usize) -> Self {
        self.labels = labels;
        self
    }

    /// Sets how many series, and how many families, there may be.
    pub fn series(mut self, series: usize) -> Self {
        self.series = series;
        self
    }
}
