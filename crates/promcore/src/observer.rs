//! Observers: anything that records observations.

use std::fmt;
use std::sync::Arc;

use crate::desc::Desc;
use crate::error::Error;
use crate::histogram::Histogram;
use crate::labels::LabelPair;
use crate::series::Hold;
use crate::summary::Summary;
use crate::vec::MetricVec;

/// Records observations, such as durations or sizes: a [`Histogram`], a [`Summary`], or a closure through [`observer_fn`].
///
/// Code that measures on behalf of a caller, such as a [`Timer`](crate::Timer), takes an `Observer` so that the caller decides where values go.
/// An observer should be quick, because it runs in the code that is measured.
///
/// Follows `prometheus/observer.go` of client_golang 1.24.1.
///
/// # Examples
///
/// A library that takes measurements need not know where the values go:
///
/// ```
/// use std::time::Instant;
///
/// use promcore::{Histogram, Observer, Summary};
///
/// fn compress(data: &[u8], seconds: &dyn Observer) {
///     let start = Instant::now();
///     # let _ = data;
///     // Compress the data here.
///     seconds.observe(start.elapsed().as_secs_f64());
/// }
///
/// let buckets = Histogram::new("compression_seconds", "Time to compress.")?;
/// let quantiles = Summary::new("compression_quantiles_seconds", "Time to compress.")?;
/// compress(b"data", &buckets);
/// compress(b"data", &quantiles);
/// assert_eq!((buckets.snapshot().count, quantiles.snapshot().count), (1, 1));
/// # Ok::<(), promcore::Error>(())
/// ```
pub trait Observer {
    /// Records `value`, in the metric's unit.
    fn observe(&self, value: f64);
}

/// An [`Observer`] that also records exemplars, such as the trace IDs of requests.
///
/// # Examples
///
/// ```
/// use promcore::{ExemplarObserver, Histogram, LabelPair};
///
/// fn answered(seconds: &dyn ExemplarObserver, trace: &str) {
///     let labels = vec![LabelPair::new("trace_id", trace)];
///     seconds.try_observe_with_exemplar(0.02, labels).expect("the label is short");
/// }
///
/// let latency = Histogram::new("latency_seconds", "Time to answer.")?;
/// answered(&latency, "4bf92f35");
/// let value = latency.snapshot();
/// let bucket = value.buckets.iter().find(|bucket| bucket.upper_bound == 0.025);
/// assert!(bucket.is_some_and(|bucket| bucket.exemplar.is_some()));
/// # Ok::<(), promcore::Error>(())
/// ```
pub trait ExemplarObserver: Observer {
    /// Records `value`, in the metric's unit, with `labels` as an exemplar.
    ///
    /// An exemplar without labels is allowed.
    ///
    /// # Errors
    ///
    /// The errors of [`Exemplar::try_new`](crate::Exemplar::try_new) for invalid labels; the value is not recorded then either.
    #[doc(alias = "ObserveWithExemplar")]
    fn try_observe_with_exemplar(&self, value: f64, labels: Vec<LabelPair>) -> Result<(), Error>;
}

// Both must stay object safe.
const _: Option<(&dyn Observer, &dyn ExemplarObserver)> = None;

impl<H: Hold> Observer for Histogram<H> {
    #[inline]
    fn observe(&self, value: f64) {
        self.observe(value);
    }
}

impl<H: Hold> Observer for Summary<H> {
    fn observe(&self, value: f64) {
        self.observe(value);
    }
}

impl<H: Hold> ExemplarObserver for Histogram<H> {
    fn try_observe_with_exemplar(&self, value: f64, labels: Vec<LabelPair>) -> Result<(), Error> {
        let labels = labels.into_iter().map(|label| (label.name, label.value));
        self.try_observe_with_exemplar(value, labels)
    }
}

/// Records observations for given label values: a [`HistogramVec`](crate::HistogramVec) or [`SummaryVec`](crate::SummaryVec) with any kind of labels, curried or not.
///
/// A [`Histogram`] or [`Summary`] is an `ObserverVec` without labels.
///
/// Code that measures on behalf of a caller, such as an HTTP middleware, takes an `ObserverVec` so that the caller decides where values go.
///
/// # Examples
///
/// ```
/// use promcore::{HistogramVec, ObserverVec, SummaryVec};
///
/// fn took(seconds: &dyn ObserverVec, code: &str) {
///     seconds.try_observe(&[code], 0.25).expect("it has one label");
/// }
///
/// let buckets = HistogramVec::new("reply_seconds", "Time to answer.", ["code"])?;
/// let quantiles = SummaryVec::new("answer_seconds", "Time to answer.", ["code"])?;
/// took(&buckets, "200");
/// took(&quantiles, "200");
/// assert_eq!(buckets.with(["200"]).snapshot().count, 1);
/// assert_eq!(quantiles.with(["200"]).snapshot().count, 1);
/// # Ok::<(), promcore::Error>(())
/// ```
pub trait ObserverVec: Send + Sync {
    /// Returns the descriptor that all metrics share.
    fn desc(&self) -> &Desc;

    /// Returns the names of the labels that need values, in the order of the values.
    fn given_labels(&self) -> Vec<&str>;

    /// Records a value in the metric with these label values.
    ///
    /// # Errors
    ///
    /// [`Error::LabelCardinality`] if there are more or fewer values than labels.
    fn try_observe(&self, values: &[&str], value: f64) -> Result<(), Error>;

    /// Records a value in the metric with these label values, with `exemplar` as the labels of an exemplar.
    ///
    /// Vecs without exemplars, such as those of summaries, record only the value.
    ///
    /// # Errors
    ///
    /// As for [`try_observe`](Self::try_observe), and the errors of [`Exemplar::try_new`](crate::Exemplar::try_new) for invalid exemplar labels; the value is not recorded then.
    fn try_observe_with_exemplar(
        &self,
        values: &[&str],
        value: f64,
        exemplar: Vec<LabelPair>,
    ) -> Result<(), Error> {
        let _ = exemplar;
        self.try_observe(values, value)
    }
}

const _: Option<&dyn ObserverVec> = None;

impl<L> ObserverVec for MetricVec<Histogram, L> {
    fn desc(&self) -> &Desc {
        self.desc()
    }

    fn given_labels(&self) -> Vec<&str> {
        self.given_labels()
    }

    fn try_observe(&self, values: &[&str], value: f64) -> Result<(), Error> {
        self.try_handle(values)?.observe(value);
        Ok(())
    }

    fn try_observe_with_exemplar(
        &self,
        values: &[&str],
        value: f64,
        exemplar: Vec<LabelPair>,
    ) -> Result<(), Error> {
        let histogram = self.try_handle(values)?;
        ExemplarObserver::try_observe_with_exemplar(&histogram, value, exemplar)
    }
}

impl<L> ObserverVec for MetricVec<Summary, L> {
    fn desc(&self) -> &Desc {
        self.desc()
    }

    fn given_labels(&self) -> Vec<&str> {
        self.given_labels()
    }

    fn try_observe(&self, values: &[&str], value: f64) -> Result<(), Error> {
        self.try_handle(values)?.observe(value);
        Ok(())
    }
}

impl ObserverVec for Histogram {
    fn desc(&self) -> &Desc {
        self.desc()
    }

    fn given_labels(&self) -> Vec<&str> {
        Vec::new()
    }

    fn try_observe(&self, values: &[&str], value: f64) -> Result<(), Error> {
        self.desc().check_cardinality(0, values)?;
        self.observe(value);
        Ok(())
    }

    fn try_observe_with_exemplar(
        &self,
        values: &[&str],
        value: f64,
        exemplar: Vec<LabelPair>,
    ) -> Result<(), Error> {
        self.desc().check_cardinality(0, values)?;
        ExemplarObserver::try_observe_with_exemplar(self, value, exemplar)
    }
}

impl ObserverVec for Summary {
    fn desc(&self) -> &Desc {
        self.desc()
    }

    fn given_labels(&self) -> Vec<&str> {
        Vec::new()
    }

    fn try_observe(&self, values: &[&str], value: f64) -> Result<(), Error> {
        self.desc().check_cardinality(0, values)?;
        self.observe(value);
        Ok(())
    }
}

macro_rules! forward {
    ($pointer:ty) => {
        impl<T: Observer + ?Sized> Observer for $pointer {
            #[inline]
            fn observe(&self, value: f64) {
                (**self).observe(value);
            }
        }

        impl<T: ExemplarObserver + ?Sized> ExemplarObserver for $pointer {
            fn try_observe_with_exemplar(
                &self,
                value: f64,
                labels: Vec<LabelPair>,
            ) -> Result<(), Error> {
                (**self).try_observe_with_exemplar(value, labels)
            }
        }
    };
}

forward!(&T);
forward!(Arc<T>);
forward!(Box<T>);

/// Makes an observer from a closure, which may set a gauge or choose where a value goes.
///
/// # Examples
///
/// ```
/// use promcore::{Gauge, Observer, observer_fn};
///
/// let last = Gauge::new("last_batch_size_bytes", "Size of the last batch.")?;
/// observer_fn(|size| last.set(size)).observe(512.0);
/// assert_eq!(last.value(), 512.0);
/// # Ok::<(), promcore::Error>(())
/// ```
#[doc(alias = "ObserverFunc")]
pub const fn observer_fn<F: Fn(f64)>(observe: F) -> ObserverFn<F> {
    ObserverFn(observe)
}

/// A closure as an [`Observer`]; see [`observer_fn`].
#[derive(Clone, Copy)]
pub struct ObserverFn<F>(F);

impl<F: Fn(f64)> Observer for ObserverFn<F> {
    #[inline]
    fn observe(&self, value: f64) {
        (self.0)(value);
    }
}

impl<F> fmt::Debug for ObserverFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObserverFn").finish_non_exhaustive()
    }
}
