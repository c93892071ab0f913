//! What a format asks of metrics.

use std::borrow::Cow;

/// Turns the name of a metric or a label into one that all scrapers know; it lends names that are [legacy names](crate::is_legacy_metric_name) as they are.
pub type Escape = fn(&str) -> Cow<'_, str>;

/// What a format asks of metrics.
///
/// # Defaults
///
/// Nothing.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct Demands {
    pub(crate) escape: Option<Escape>,
    pub(crate) whole_counts: bool,
}

impl Demands {
    /// Starts from the defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says how names are escaped, if they are, so that no two of them must become the same.
    pub fn escape(mut self, escape: impl Into<Option<Escape>>) -> Self {
        self.escape = escape.into();
        self
    }

    /// Sets whether the counts of histograms must be whole numbers.
    pub fn whole_counts(mut self, whole_counts: bool) -> Self {
        self.whole_counts = whole_counts;
        self
    }
}
