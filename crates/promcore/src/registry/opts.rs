use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

/// Options of a scrape: which families are returned, and how long it may take.
///
/// # Defaults
///
/// All families, and no deadline.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, Instant};
///
/// use promcore::{Counter, Desc, DescOpts, Gatherer, Registry, ScrapeOpts, collector_fn};
///
/// let registry = Registry::new();
/// registry.register(Counter::new("jobs_total", "Jobs done.")?)?;
/// let desc = Desc::new(DescOpts::new("answer", "What was asked for."))?;
/// registry.register(collector_fn(vec![desc], |_| std::thread::park()))?; // Takes its time.
///
/// let jobs = registry.scrape_with(&ScrapeOpts::new().names(["jobs_total"]));
/// assert!(jobs.errors().is_empty()); // The slow collector was not called.
///
/// let deadline = Instant::now() + Duration::from_millis(10);
/// let scrape = registry.scrape_with(&ScrapeOpts::new().deadline(deadline));
/// let late = r#"collector of ["answer"] was not done in time"#;
/// assert_eq!(scrape.errors()[0].to_string(), late);
/// # Ok::<(), promcore::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct ScrapeOpts {
    pub(super) deadline: Option<Instant>,
    pub(super) names: Option<Arc<BTreeSet<String>>>,
}

impl ScrapeOpts {
    /// Starts from the defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the deadline, if any; collectors that miss it are left out.
    pub fn deadline(mut self, deadline: impl Into<Option<Instant>>) -> Self {
        self.deadline = deadline.into();
        self
    }

    /// Limits the scrape to the families with these names.
    pub fn names<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.names = Some(Arc::new(names.into_iter().map(Into::into).collect()));
        self
    }
}
