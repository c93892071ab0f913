//! What a format requires of metrics.

use std::borrow::Cow;

/// Turns the name of a metric or label into one that all scrapers accept; [legacy names](crate::is_legacy_metric_name) are borrowed unchanged.
pub type Escape = fn(&str) -> Cow<'_, str>;

/// What a format requires of metrics.
///
/// # Defaults
///
/// No requirements.
///
/// # Examples
///
/// A [`Sink`](crate::Sink) states its demands; [`Scrape::fit`](crate::Scrape::fit) reports what does not meet them.
///
/// ```
/// use std::borrow::Cow;
///
/// use promcore::{Counter, Demands, Escape, Gatherer, Registry, is_legacy_metric_name};
///
/// let escape: Escape = |name| match is_legacy_metric_name(name) {
///     true => Cow::Borrowed(name),
///     false => Cow::Owned(name.replace('.', "_")),
/// };
/// let registry = Registry::new();
/// registry.register(Counter::new("jobs_total", "Jobs done.")?)?;
/// registry.register(Counter::new("jobs.total", "Jobs that are done.")?)?;
///
/// let scrape = registry.scrape().fit(&Demands::new().escape(escape));
/// let lost = r#"family "jobs.total" is "jobs_total" when escaped, and cannot be told from "jobs_total""#;
/// assert_eq!(scrape.errors()[0].to_string(), lost);
/// # Ok::<(), promcore::Error>(())
/// ```
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

    /// Sets how names are escaped, if at all; no two escaped names may be equal.
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
