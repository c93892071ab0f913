use std::collections::HashSet;

use promcore::{
    Bucket, CounterValue, Exemplar, HistogramValue, LabelPair, MetricValue, Quantile, SummaryValue,
    Timestamp,
};

use super::kind::{Kind, Role};
use crate::parse::list;
use crate::parse::time;

/// The samples of one metric at one timestamp.
#[derive(Default)]
pub(super) struct Point {
    pub(super) labels: Vec<LabelPair>,
    pub(super) seconds: Option<f64>,
    value: Option<f64>,
    exemplar: Option<Exemplar>,
    buckets: Vec<Bucket>,
    quantiles: Vec<Quantile>,
    /// The bits of their ranks, to detect duplicates.
    ranks: HashSet<u64>,
    count: Option<u64>,
    sum: Option<f64>,
    created: Option<Timestamp>,
}

/// One sample.
pub(super) struct Part {
    pub(super) kind: Kind,
    pub(super) role: Role,
    /// The bound of a bucket, or the rank of a quantile.
    pub(super) bound: f64,
    pub(super) value: f64,
    /// The value as an integer, if it is one.
    pub(super) count: Option<u64>,
    pub(super) exemplar: Option<Exemplar>,
}

impl Point {
    pub(super) fn new(labels: Vec<LabelPair>, seconds: Option<f64>) -> Self {
        Self {
            labels,
            seconds,
            ..Self::default()
        }
    }

    /// Adds a sample.
    pub(super) fn add(&mut self, part: Part) -> Result<(), &'static str> {
        check(&part)?;
        if self.is_second(&part) {
            // Different timestamps may have been rounded to the same one.
            return match self.seconds {
                Some(_) => Ok(()),
                None => Err("the sample occurs twice"),
            };
        }
        let value = part.value;
        match part.role {
            Role::Bucket => self.add_bucket(part)?,
            Role::Count => self.count = Some(part.count.ok_or("a count is a whole number")?),
            Role::Created => self.created = Some(time::from_seconds(value)),
            Role::Sum => self.sum = Some(value),
            Role::Value if part.kind == Kind::Summary => {
                list::push(&mut self.quantiles, Quantile::new(part.bound, value));
            }
            Role::Value => {
                self.value = Some(value);
                self.exemplar = part.exemplar;
            }
        }
        Ok(())
    }

    /// Reports whether there was such a sample before.
    fn is_second(&mut self, part: &Part) -> bool {
        match part.role {
            Role::Bucket => false,
            Role::Count => self.count.is_some(),
            Role::Created => self.created.is_some(),
            Role::Sum => self.sum.is_some(),
            // The sum of the two zeros is the positive one.
            Role::Value if part.kind == Kind::Summary => {
                !self.ranks.insert((part.bound + 0.0).to_bits())
            }
            Role::Value => self.value.is_some(),
        }
    }

    fn add_bucket(&mut self, part: Part) -> Result<(), &'static str> {
        let count = part.count.ok_or("a bucket counts in whole numbers")?;
        let mut bucket = Bucket::new(part.bound, count);
        bucket.exemplar = part.exemplar;
        if let Some(last) = self.buckets.last() {
            if last.upper_bound >= bucket.upper_bound {
                return Err("buckets are in increasing order");
            }
            if last.cumulative_count > bucket.cumulative_count {
                return Err("a bucket counts no less than the one before");
            }
        }
        let exemplar = bucket.exemplar.as_ref();
        if exemplar.is_some_and(|exemplar| exemplar.value > bucket.upper_bound) {
            return Err("the exemplar is beyond the bucket");
        }
        list::push(&mut self.buckets, bucket);
        Ok(())
    }

    /// Makes a value from the samples.
    pub(super) fn finish(self, kind: Kind) -> Result<MetricValue, &'static str> {
        Ok(match kind {
            Kind::Counter => {
                let mut counter = CounterValue::new(self.value.ok_or("a counter has a _total")?);
                counter.exemplar = self.exemplar;
                counter.created = self.created;
                MetricValue::Counter(counter)
            }
            Kind::Gauge | Kind::Info | Kind::StateSet => {
                MetricValue::Gauge(self.value.unwrap_or_default())
            }
            Kind::Unknown => MetricValue::Untyped(self.value.unwrap_or_default()),
            Kind::Summary => {
                let mut summary = SummaryValue::default();
                summary.count = self.count.unwrap_or_default();
                summary.sum = self.sum.unwrap_or_default();
                summary.quantiles = self.quantiles;
                summary.created = self.created;
                MetricValue::Summary(summary)
            }
            Kind::GaugeHistogram | Kind::Histogram => {
                let histogram = self.histogram(kind)?;
                match kind {
                    Kind::Histogram => MetricValue::Histogram(histogram),
                    _ => MetricValue::GaugeHistogram(histogram),
                }
            }
        })
    }

    fn histogram(mut self, kind: Kind) -> Result<HistogramValue, &'static str> {
        let last = self.buckets.last();
        let Some(last) = last.filter(|last| last.upper_bound == f64::INFINITY) else {
            return Err("a histogram has a bucket +Inf");
        };
        let count = last.cumulative_count;
        if self.count.is_some_and(|it| it != count) {
            return Err("the count is that of the bucket +Inf");
        }
        if self.count.is_some() != self.sum.is_some() {
            return Err("a histogram has both a count and a sum, or none of them");
        }
        let is_negative = self.buckets[0].upper_bound < 0.0;
        let sum = self.sum.unwrap_or_default();
        match kind {
            Kind::Histogram if is_negative && self.sum.is_some() => {
                return Err("a histogram with negative buckets has no sum");
            }
            Kind::GaugeHistogram if !is_negative && sum < 0.0 => {
                return Err("without negative buckets the sum is not negative");
            }
            _ => {}
        }
        self.buckets.pop_if(|last| last.exemplar.is_none());
        let mut histogram = HistogramValue::new(count, sum);
        histogram.buckets = self.buckets;
        histogram.created = self.created;
        Ok(histogram)
    }
}

/// Checks one sample by itself.
fn check(part: &Part) -> Result<(), &'static str> {
    let Part {
        kind, role, value, ..
    } = *part;
    match (kind, role) {
        (Kind::Info, _) if value != 1.0 => Err("an info has the value 1"),
        (Kind::StateSet, _) if value != 0.0 && value != 1.0 => Err("a state is 0 or 1"),
        (Kind::Gauge | Kind::Unknown | Kind::Info | Kind::StateSet, _) => Ok(()),
        // These may be negative, or NaN if there are no observations.
        (Kind::Summary, Role::Value) if value.is_nan() => Ok(()),
        (Kind::GaugeHistogram, Role::Sum) if value < 0.0 => Ok(()),
        (_, Role::Created) if value.is_finite() => Ok(()),
        _ if value >= 0.0 => Ok(()),
        _ => Err("counts, sums and quantiles are numbers and not negative"),
    }
}
