use promcore::{Collector, MetricValue};

use crate::error::Error;

/// Returns the value of the only metric of a collector: a counter, a gauge or an untyped metric.
///
/// A vec with one series also works; of several, ask for one: `jobs.with(["mail"]).value()`.
/// This is for tests: a program that needs a number should keep it, and expose it with [`gauge_fn`](promcore::gauge_fn).
///
/// # Panics
///
/// If there is not exactly one metric, if it has several values like a histogram, or if it represents an error; [`try_to_f64`] returns an error instead.
///
/// # Examples
///
/// ```
/// use promcore::GaugeVec;
///
/// let queued = GaugeVec::new("jobs_queued", "Jobs that wait.", ["queue"])?;
/// queued.with(["mail"]).set(3.0);
/// assert_eq!(promtest::to_f64(&queued), 3.0);
/// # Ok::<(), promcore::Error>(())
/// ```
#[doc(alias = "ToFloat64")]
#[must_use]
#[track_caller]
pub fn to_f64(collector: &dyn Collector) -> f64 {
    match try_to_f64(collector) {
        Ok(value) => value,
        Err(Error::InvalidMetric(cause)) => panic!("cannot collect the metric: {cause}"),
        Err(error) => panic!("{error}"),
    }
}

/// Returns the value of the only metric of a collector; see [`to_f64`].
///
/// # Errors
///
/// [`Error::NotSingle`], [`Error::NotSimple`] or [`Error::InvalidMetric`].
///
/// # Examples
///
/// ```
/// use promcore::CounterVec;
/// use promtest::{Error, try_to_f64};
///
/// let jobs = CounterVec::new("jobs_total", "Jobs done.", ["queue"])?;
/// assert!(matches!(try_to_f64(&jobs), Err(Error::NotSingle(0))));
/// jobs.with(["mail"]).inc();
/// assert_eq!(try_to_f64(&jobs)?, 1.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn try_to_f64(collector: &dyn Collector) -> Result<f64, Error> {
    let mut metrics = Vec::new();
    collector.collect(&mut |metric| metrics.push(metric));
    let [metric] = &metrics[..] else {
        return Err(Error::NotSingle(metrics.len()));
    };
    match &metric.metric().map_err(Error::InvalidMetric)?.value {
        MetricValue::Counter(counter) => Ok(counter.value),
        MetricValue::Gauge(value) | MetricValue::Untyped(value) => Ok(*value),
        other => Err(Error::NotSimple {
            name: metric.desc().name().to_owned(),
            kind: other.kind().as_str(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use promcore::{ConstMetric, Desc, DescOpts, GaugeVec, UntypedOpts, collector_fn};
    use promcore::{Counter, CounterVec, Histogram, Summary, untyped_fn};

    use super::*;

    #[track_caller]
    fn check(collector: &dyn Collector, expected: &str) {
        let text = match try_to_f64(collector) {
            Ok(value) => value.to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(text, expected);
    }

    #[test]
    fn one_number_is_returned() {
        let counter = Counter::new("m_total", "").unwrap();
        counter.add(1.5);
        check(&counter, "1.5");
        check(&untyped_fn(UntypedOpts::new("m", ""), || 9.0).unwrap(), "9");
        let vec = GaugeVec::new("m", "", ["l"]).unwrap();
        vec.with(["a"]).set(-1.0);
        check(&vec, "-1");
    }

    #[test]
    fn anything_else_is_refused() {
        let vec = CounterVec::new("m_total", "", ["l"]).unwrap();
        check(&vec, "collected 0 metrics instead of exactly 1");
        let _ = (vec.with(["a"]), vec.with(["b"]));
        check(&vec, "collected 2 metrics instead of exactly 1");
        let histogram = Histogram::new("m", "").unwrap();
        check(&histogram, "a histogram has no single value: \"m\"");
        let summary = Summary::new("m", "").unwrap();
        check(&summary, "a summary has no single value: \"m\"");
        let desc = Desc::new(DescOpts::new("m", "")).unwrap();
        let broken = collector_fn(vec![], move |sink| {
            sink(ConstMetric::invalid(&desc, promcore::Error::custom("boom")));
        });
        check(&broken, "cannot collect the metric");
    }
}
