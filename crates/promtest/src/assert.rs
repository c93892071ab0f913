use promcore::Gatherer;

use crate::details::Details;
use crate::error::Error;
use crate::metrics::{Metrics, gather};

/// Asserts that gathered metrics are as expected.
///
/// The first argument is a registry, [`Metrics`](crate::Metrics), or any other [`Gatherer`](promcore::Gatherer).
/// The second is a text for [`Metrics::compare`](crate::Metrics::compare) or, if followed by [`Details`](crate::Details), for [`Metrics::compare_lines`](crate::Metrics::compare_lines).
///
/// # Panics
///
/// If the metrics differ; the message shows the differing lines.
///
/// # Examples
///
/// ```
/// use promcore::{Counter, Registry};
/// use promtest::{Details, assert_metrics};
///
/// let registry = Registry::new();
/// let jobs = Counter::new("jobs_total", "Jobs done.")?;
/// registry.register(jobs.clone())?;
/// jobs.add_with_exemplar(2.0, [("trace_id", "4bf92f35")]);
///
/// let expected = "
///     ## HELP jobs_total Jobs done.
///     ## TYPE jobs_total counter
///     jobs_total 2
/// ";
/// assert_metrics!(registry, expected);
/// let exemplar = "# exemplar {trace_id=\"4bf92f35\"} 2";
/// assert_metrics!(registry, &format!("{expected}{exemplar}"), Details::new().exemplars());
/// # Ok::<(), promcore::Error>(())
/// ```
#[macro_export]
macro_rules! assert_metrics {
    ($gatherer:expr, $expected:expr $(,)?) => {
        $crate::assert_text(&$gatherer, $expected)
    };
    ($gatherer:expr, $expected:expr, $details:expr $(,)?) => {
        $crate::assert_lines(&$gatherer, $expected, $details)
    };
}

/// Implements [`assert_metrics!`] with a text.
#[doc(hidden)]
#[track_caller]
pub fn assert_text(gatherer: &dyn Gatherer, expected: &str) {
    assert_ok(gatherer, |metrics| metrics.compare(expected));
}

/// Implements [`assert_metrics!`] with details.
#[doc(hidden)]
#[track_caller]
pub fn assert_lines(gatherer: &dyn Gatherer, expected: &str, details: Details) {
    assert_ok(gatherer, |metrics| metrics.compare_lines(expected, details));
}

#[track_caller]
fn assert_ok(gatherer: &dyn Gatherer, compare: impl FnOnce(&Metrics) -> Result<(), Error>) {
    if let Err(error) = gather(gatherer).and_then(|metrics| compare(&metrics)) {
        match std::error::Error::source(&error) {
            Some(cause) => panic!("{error}: {cause}"),
            None => panic!("{error}"),
        }
    }
}
