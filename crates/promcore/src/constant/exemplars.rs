use super::ConstMetric;
use crate::error::Error;
use crate::exemplar::{self, Exemplar};
use crate::family::{Bucket, HistogramValue, MetricValue};
use crate::time::{Clock, SystemClock};

impl ConstMetric {
    /// Adds exemplars; those without a timestamp get the current time.
    ///
    /// A counter keeps the last one, and each bucket of a histogram the last one that falls into it, as in [`Counter::add_with_exemplar`](crate::Counter::add_with_exemplar).
    /// A native histogram keeps all of them.
    ///
    /// Follows `NewMetricWithExemplars` in `prometheus/metric.go` of client_golang 1.24.1; there, each scrape adds them to a native histogram again.
    ///
    /// # Errors
    ///
    /// [`Error::NoExemplar`] if there are none, the errors of [`Exemplar::try_new`] for invalid labels, and [`Error::ExemplarUnsupported`] if the metric is neither a counter nor a histogram.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::{ConstMetric, Desc, DescOpts, Exemplar, HistogramValue, MetricValue};
    ///
    /// let desc = Desc::new(DescOpts::new("http_request_duration_seconds", "Time to answer."))?;
    /// let value = HistogramValue::new(4711, 403.34).buckets([(0.25, 121), (0.5, 2403), (1.0, 3221)]);
    /// let metric = ConstMetric::histogram(&desc, value, &[])?
    ///     .exemplars([Exemplar::try_new([("trace_id", "4bf92f35")], 0.24, None)?])?;
    ///
    /// let MetricValue::Histogram(value) = &metric.metric()?.value else {
    ///     panic!("it is a histogram");
    /// };
    /// assert!(value.buckets[0].exemplar.is_some()); // Of what was up to 0.25 seconds.
    /// # Ok::<(), promcore::Error>(())
    /// ```
    #[doc(alias = "NewMetricWithExemplars")]
    pub fn exemplars(
        mut self,
        exemplars: impl IntoIterator<Item = Exemplar>,
    ) -> Result<Self, Error> {
        let now = SystemClock.now();
        let mut exemplars: Vec<Exemplar> = exemplars.into_iter().collect();
        if exemplars.is_empty() {
            return Err(Error::NoExemplar);
        }
        for exemplar in &mut exemplars {
            exemplar::check(&mut exemplar.labels)?;
            exemplar.timestamp.get_or_insert(now);
        }
        if let Ok(metric) = &mut self.metric {
            add(&mut metric.value, exemplars)?;
        }
        Ok(self)
    }
}

fn add(value: &mut MetricValue, exemplars: Vec<Exemplar>) -> Result<(), Error> {
    match value {
        MetricValue::Counter(counter) => {
            counter.exemplar = exemplars.into_iter().next_back();
        }
        MetricValue::GaugeHistogram(histogram) | MetricValue::Histogram(histogram) => {
            let has_classic = histogram.native.is_none() || !histogram.buckets.is_empty();
            if has_classic {
                exemplars
                    .iter()
                    .cloned()
                    .for_each(|exemplar| add_to_bucket(histogram, exemplar));
            }
            if let Some(native) = &mut histogram.native {
                native.exemplars.extend(exemplars);
            }
        }
        MetricValue::Gauge(_) | MetricValue::Summary(_) | MetricValue::Untyped(_) => {
            return Err(Error::ExemplarUnsupported {
                kind: value.kind().as_str(),
            });
        }
    }
    Ok(())
}

/// Adds an exemplar to the bucket of its value; the `+Inf` bucket is only present if it has an exemplar.
fn add_to_bucket(histogram: &mut HistogramValue, exemplar: Exemplar) {
    let fits = |bucket: &&mut Bucket| {
        exemplar.value <= bucket.upper_bound || bucket.upper_bound == f64::INFINITY
    };
    match histogram.buckets.iter_mut().find(fits) {
        Some(bucket) => bucket.exemplar = Some(exemplar),
        None => histogram.buckets.push(Bucket {
            exemplar: Some(exemplar),
            ..Bucket::new(f64::INFINITY, histogram.count)
        }),
    }
}
