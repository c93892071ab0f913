use super::{Bucket, HistogramValue};

/// Fractional counts of a histogram, such as one that a server computed from others.
///
/// Instruments never have them; a parsed histogram does if one of its counts has a fraction.
///
/// [`HistogramValue::count_as_f64`] and [`HistogramValue::buckets_as_f64`] read counts of both kinds.
///
/// # Examples
///
/// ```
/// use promcore::{FloatCounts, HistogramValue};
///
/// let mut value = HistogramValue::new(7, 1.5).buckets([(1.0, 2)]);
/// let mut counts = FloatCounts::of(&value);
/// counts.count = 7.5;
/// value.float = Some(Box::new(counts));
/// assert_eq!((value.count, value.count_as_f64()), (7, 7.5));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct FloatCounts {
    /// The number of observations.
    pub count: f64,
    /// For each bucket, the number of observations not larger than its bound.
    pub buckets: Vec<f64>,
    /// The number of observations that count as 0.
    pub zero_count: f64,
    /// The counts of the native buckets of positive observations.
    pub positive: Vec<f64>,
    /// The counts of the native buckets of negative observations.
    pub negative: Vec<f64>,
}

impl FloatCounts {
    /// Converts the counts of a histogram without native buckets.
    #[must_use]
    pub fn of(histogram: &HistogramValue) -> Self {
        let counts = histogram.buckets.iter();
        Self {
            count: histogram.count as f64,
            buckets: counts
                .map(|bucket| bucket.cumulative_count as f64)
                .collect(),
            ..Self::default()
        }
    }
}

impl HistogramValue {
    /// Returns the number of observations, including a fraction.
    #[must_use]
    pub fn count_as_f64(&self) -> f64 {
        self.float.as_ref().map_or(self.count as f64, |it| it.count)
    }

    /// Returns the buckets with their counts, including fractions.
    pub fn buckets_as_f64(&self) -> impl Iterator<Item = (&Bucket, f64)> {
        let floats = self.float.as_ref().map(|it| &it.buckets[..]);
        self.buckets.iter().enumerate().map(move |(at, bucket)| {
            let float = floats.and_then(|floats| floats.get(at)).copied();
            (bucket, float.unwrap_or(bucket.cumulative_count as f64))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(histogram: &HistogramValue) -> (f64, Vec<f64>) {
        let buckets = histogram.buckets_as_f64().map(|(_, count)| count);
        (histogram.count_as_f64(), buckets.collect())
    }

    #[test]
    fn fractions_stand_in_for_whole_counts() {
        let mut histogram = HistogramValue::new(7, 1.5).buckets([(1.0, 2), (2.0, 3)]);
        assert_eq!(counts(&histogram), (7.0, vec![2.0, 3.0]));
        let mut float = FloatCounts::of(&histogram);
        float.buckets[1] = 3.25;
        float.count = 7.5;
        histogram.float = Some(Box::new(float));
        assert_eq!(counts(&histogram), (7.5, vec![2.0, 3.25]));
    }
}
