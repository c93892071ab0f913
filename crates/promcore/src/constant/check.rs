use std::cmp::Ordering;
use std::ops::RangeInclusive;

use crate::error::Error;
use crate::exemplar::{self, Exemplar};
use crate::family::{Bucket, HistogramValue, MetricValue, NativeValue, Quantile};

/// From the coarsest schema to the finest.
const SCHEMAS: RangeInclusive<i32> = -4..=8;

/// Validates the value of a metric.
pub(super) fn check(value: &mut MetricValue) -> Result<(), Error> {
    match value {
        MetricValue::Counter(counter) => check_exemplars(&mut counter.exemplar),
        MetricValue::GaugeHistogram(value) | MetricValue::Histogram(value) => {
            check_histogram(value)
        }
        MetricValue::Summary(value) => check_quantiles(&value.quantiles),
        MetricValue::Gauge(_) | MetricValue::Untyped(_) => Ok(()),
    }
}

fn check_histogram(value: &mut HistogramValue) -> Result<(), Error> {
    check_buckets(&value.buckets)?;
    let of_buckets = value.buckets.iter_mut();
    check_exemplars(of_buckets.filter_map(|bucket| bucket.exemplar.as_mut()))?;
    let Some(native) = &mut value.native else {
        return Ok(());
    };
    if !SCHEMAS.contains(&native.schema) {
        return Err(Error::NativeSchema(native.schema));
    }
    check_count(native, value.count, value.sum)?;
    check_exemplars(&mut native.exemplars)?;
    native.mark_as_native();
    Ok(())
}

/// Refuses bounds that do not increase; the last one may be infinite.
fn check_buckets(buckets: &[Bucket]) -> Result<(), Error> {
    let finite = match buckets {
        [finite @ .., last] if last.upper_bound == f64::INFINITY => finite,
        all => all,
    };
    let bounds = finite.iter().map(|bucket| bucket.upper_bound);
    let next = bounds.clone().skip(1).chain([f64::INFINITY]);
    match bounds.zip(next).find(is_out_of_order) {
        None => Ok(()),
        Some((bucket, next)) => Err(Error::BucketOrder { bucket, next }),
    }
}

/// Refuses native buckets that do not add up.
///
/// NaN observations are in no bucket; they show in the sum.
fn check_count(native: &NativeValue, count: u64, sum: f64) -> Result<(), Error> {
    let counts = native.positive.counts().chain(native.negative.counts());
    let counts = counts.map(|(_, count)| u128::from(count));
    let in_buckets = counts.sum::<u128>() + u128::from(native.zero_count);
    let missing = u128::from(count).checked_sub(in_buckets);
    match missing {
        Some(0) => Ok(()),
        Some(_) if sum.is_nan() => Ok(()),
        _ => Err(Error::NativeCount { count, in_buckets }),
    }
}

fn check_quantiles(quantiles: &[Quantile]) -> Result<(), Error> {
    let ranks = quantiles.iter().map(|quantile| quantile.quantile);
    let next = ranks.clone().skip(1);
    match ranks.zip(next).find(is_out_of_order) {
        None => Ok(()),
        Some((quantile, next)) => Err(Error::QuantileOrder { quantile, next }),
    }
}

fn is_out_of_order((a, b): &(f64, f64)) -> bool {
    a.partial_cmp(b) != Some(Ordering::Less)
}

fn check_exemplars<'a>(exemplars: impl IntoIterator<Item = &'a mut Exemplar>) -> Result<(), Error> {
    exemplars
        .into_iter()
        .try_for_each(|exemplar| exemplar::check(&mut exemplar.labels))
}
