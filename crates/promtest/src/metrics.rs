use promcore::{Collector, Gathered, Gatherer, MetricFamily, Registry, Scrape};
use promfmt::Format;
use promlint::Problem;

use crate::details::Details;
use crate::error::Error;
use crate::{compare, text};

/// A snapshot of metrics, for tests.
///
/// It is itself a [`Gatherer`].
///
/// # Examples
///
/// ```
/// use promcore::{Gauge, Registry};
///
/// let registry = Registry::new();
/// registry.register(Gauge::new("jobs_queued", "Jobs that wait.")?)?;
/// registry.register(Gauge::new("workers", "Threads that take jobs.")?)?;
///
/// let metrics = promtest::gather(&registry)?;
/// assert_eq!(metrics.count(), 2);
/// assert!(metrics.lint().is_empty());
/// let workers = "# HELP workers Threads that take jobs.\n# TYPE workers gauge\nworkers 0\n";
/// assert_eq!(metrics.only(&["workers"]).text(), workers);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct Metrics {
    families: Vec<MetricFamily>,
}

/// Gathers all metrics.
///
/// # Errors
///
/// [`Error::Gather`] if gathering had errors.
///
/// See [`Metrics`] for an example.
pub fn gather(gatherer: &dyn Gatherer) -> Result<Metrics, Error> {
    let Gathered {
        families, errors, ..
    } = gatherer.gather();
    if errors.is_empty() {
        Ok(Metrics { families })
    } else {
        Err(Error::Gather(errors))
    }
}

/// Collects all metrics of a collector, and checks them as a [pedantic registry](Registry::pedantic) does.
///
/// It takes ownership of the collector: pass a clone of an instrument or of an [`Arc`](std::sync::Arc).
///
/// # Errors
///
/// [`Error::Register`] if a registry would refuse the collector; [`Error::Gather`] if gathering had errors.
///
/// # Examples
///
/// ```
/// use promcore::CounterVec;
///
/// let jobs = CounterVec::new("jobs_total", "Jobs done.", ["queue"])?;
/// jobs.with(["mail"]).inc();
/// jobs.with(["print"]).inc();
/// assert_eq!(promtest::collect(jobs.clone())?.count(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn collect(collector: impl Collector) -> Result<Metrics, Error> {
    let registry = Registry::pedantic();
    registry.register(collector).map_err(Error::Register)?;
    gather(&registry)
}

/// Parses metrics in text format 0.0.4, or in OpenMetrics if the text ends with `# EOF`.
///
/// Lines may be indented, and families, metrics and labels may be in any order; in text format 0.0.4, the last line must end with a line feed.
/// OpenMetrics has further details, which [`Metrics::compare_with`] compares; line numbers in its errors do not count empty lines.
///
/// # Errors
///
/// [`Error::Parse`] with the position in the text.
///
/// # Examples
///
/// ```
/// use promcore::Counter;
/// use promtest::Details;
///
/// let jobs = Counter::new("jobs_total", "Jobs done.")?;
/// jobs.add_with_exemplar(2.0, [("trace_id", "4bf92f35")]);
/// let expected = promtest::parse(
///     r#"
///     ## HELP jobs Jobs done.
///     ## TYPE jobs counter
///     jobs_total 2.0 # {trace_id="4bf92f35"} 2.0
///     ## EOF
///     "#,
/// )?;
/// promtest::collect(jobs)?.compare_with(&expected, Details::new().exemplars())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn parse(text: &str) -> Result<Metrics, Error> {
    let families = if text.trim_end().ends_with("# EOF") {
        promfmt::parse_openmetrics(without_indentation(text))
    } else {
        promfmt::parse_text(text)
    };
    families.map(Metrics::sorted).map_err(Error::Parse)
}

/// Removes empty lines and leading blanks.
fn without_indentation(text: &str) -> String {
    let lines = text.lines().map(str::trim_start);
    let lines = lines.filter(|line| !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

impl Metrics {
    /// Makes metrics from families, which should be sorted by name.
    pub fn new(families: Vec<MetricFamily>) -> Self {
        Self { families }
    }

    /// Makes metrics from parsed families, in any order.
    pub(crate) fn sorted(mut families: Vec<MetricFamily>) -> Self {
        for family in &mut families {
            for metric in &mut family.metrics {
                metric.labels.sort();
            }
            family.sort();
        }
        families.sort_by(|a, b| a.name.cmp(&b.name));
        Self::new(families)
    }

    /// Keeps only the families with these names.
    ///
    /// Names without a family are ignored.
    pub fn only(mut self, names: &[impl AsRef<str>]) -> Self {
        let is_wanted =
            |family: &MetricFamily| names.iter().any(|name| name.as_ref() == family.name);
        self.families.retain(is_wanted);
        self
    }

    /// Returns the families, sorted by name.
    #[must_use]
    pub fn families(&self) -> &[MetricFamily] {
        &self.families
    }

    /// Returns the number of metrics: each set of labels counts once, even for a histogram.
    #[doc(alias = "CollectAndCount")]
    #[doc(alias = "GatherAndCount")]
    #[must_use]
    pub fn count(&self) -> usize {
        self.families
            .iter()
            .map(|family| family.metrics.len())
            .sum()
    }

    /// Returns the problems that the linter finds.
    #[doc(alias = "CollectAndLint")]
    #[doc(alias = "GatherAndLint")]
    #[must_use]
    pub fn lint(&self) -> Vec<Problem> {
        promlint::lint(&self.families)
    }

    /// Formats the metrics in text format 0.0.4, without escaping names.
    ///
    /// The order is deterministic, so the text can be used for snapshot tests.
    #[must_use]
    pub fn text(&self) -> String {
        self.text_with(Details::new())
    }

    /// Formats the metrics like [`text`](Self::text), with details as comments below each metric.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::Counter;
    /// use promtest::Details;
    ///
    /// let jobs = Counter::new("jobs_total", "Jobs done.")?;
    /// jobs.add_with_exemplar(2.0, [("trace_id", "4bf92f35")]);
    /// let text = promtest::collect(jobs)?.text_with(Details::new().exemplars());
    /// assert!(text.ends_with("jobs_total 2\n# exemplar {trace_id=\"4bf92f35\"} 2\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn text_with(&self, details: Details) -> String {
        let families = self.families.iter();
        families
            .map(|family| text::write(family, details))
            .collect()
    }

    /// Encodes the metrics as for a scraper that requests this format.
    ///
    /// The result is a complete exposition of these metrics.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::Counter;
    /// use promfmt::Format;
    ///
    /// let jobs = promtest::collect(Counter::new("jobs_total", "Jobs done.")?)?;
    /// let text = String::from_utf8(jobs.format(Format::OPEN_METRICS))?;
    /// assert_eq!(text, "# HELP jobs Jobs done.\n# TYPE jobs counter\njobs_total 0.0\n# EOF\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "CollectAndFormat")]
    #[doc(alias = "GatherAndFormat")]
    #[must_use]
    pub fn format(&self, format: Format) -> Vec<u8> {
        text::encode(&self.families, format)
    }

    /// Compares all metrics with an expected text for [`parse`].
    ///
    /// It compares only what text format 0.0.4 can express; for details, see [`compare_with`](Self::compare_with).
    /// Expected metrics that [`only`](Self::only) removed are a difference, too.
    ///
    /// # Errors
    ///
    /// [`Error::Mismatch`] with the lines that differ, or [`Error::Parse`].
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::Gauge;
    ///
    /// let metrics = promtest::collect(Gauge::new("workers", "Threads that take jobs.")?)?;
    /// metrics.compare(
    ///     "
    ///     ## HELP workers Threads that take jobs.
    ///     ## TYPE workers gauge
    ///     workers 0
    ///     ",
    /// )?;
    /// let error = metrics.compare("# TYPE workers gauge\nworkers 1\n").unwrap_err();
    /// assert!(error.to_string().contains("\n-workers 0\n+workers 1\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "CollectAndCompare")]
    #[doc(alias = "GatherAndCompare")]
    #[doc(alias = "TransactionalGatherAndCompare")]
    pub fn compare(&self, expected: &str) -> Result<(), Error> {
        self.compare_with(&parse(expected)?, Details::new())
    }

    /// Compares all metrics with others, formatted by [`text_with`](Self::text_with).
    ///
    /// # Errors
    ///
    /// [`Error::Mismatch`] with the lines that differ.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::{Histogram, HistogramOpts};
    /// use promtest::Details;
    ///
    /// let opts = || HistogramOpts::new("job_seconds", "Time taken.").native_bucket_factor(1.1);
    /// let (found, expected) = (Histogram::with_opts(opts())?, Histogram::with_opts(opts())?);
    /// found.observe(0.5);
    /// expected.observe(0.5);
    /// let (found, expected) = (promtest::collect(found)?, promtest::collect(expected)?);
    /// found.compare_with(&expected, Details::new().native_buckets())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn compare_with(&self, expected: &Self, details: Details) -> Result<(), Error> {
        compare::texts(&self.text_with(details), &expected.text_with(details))
    }

    /// Compares all metrics with lines in the format of [`text_with`](Self::text_with), ignoring empty lines and indentation.
    ///
    /// # Errors
    ///
    /// [`Error::Mismatch`] with the lines that differ.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::{Counter, CounterOpts};
    /// use promtest::Details;
    ///
    /// let opts = CounterOpts::new("sent_bytes_total", "Bytes sent.").unit("bytes");
    /// let expected = "
    ///     ## HELP sent_bytes_total Bytes sent.
    ///     ## TYPE sent_bytes_total counter
    ///     ## unit bytes
    ///     sent_bytes_total 0
    /// ";
    /// promtest::collect(Counter::with_opts(opts)?)?.compare_lines(expected, Details::new().units())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn compare_lines(&self, expected: &str, details: Details) -> Result<(), Error> {
        compare::texts(&self.text_with(details), &without_indentation(expected))
    }
}

impl Gatherer for Metrics {
    fn scrape(&self) -> Scrape {
        Gathered::new(self.families.clone(), Vec::new()).into()
    }
}
