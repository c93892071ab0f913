//! The options of native histograms.

use std::time::Duration;

use crate::histogram::HistogramOpts;

/// Options of native histograms, all without effect unless there is a [`native_bucket_factor`](Self::native_bucket_factor).
impl HistogramOpts {
    /// Makes the histogram a native one: the bound of each bucket is at most `factor` times that of the one before.
    ///
    /// There are as many buckets as observations need, each between two powers of 2^(2^-n), for the smallest n from -4 to 8 that `factor` allows: 1.1 gives eight buckets to each power of two.
    /// A factor of up to 1, which is the default, means no native buckets.
    /// If no [`buckets`](Self::buckets) are given, there are no classic ones beside them.
    ///
    /// Scrapers see native buckets in the protobuf format only.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::{Histogram, HistogramOpts};
    ///
    /// let opts = HistogramOpts::new("reply_seconds", "Time to answer.")
    ///     .native_bucket_factor(1.1)
    ///     .native_max_buckets(100);
    /// let seconds = Histogram::with_opts(opts)?;
    /// seconds.observe(0.25);
    /// let native = seconds.snapshot().native.expect("there are native buckets");
    /// assert_eq!(native.schema, 3);
    /// assert_eq!(native.positive.counts().collect::<Vec<_>>(), [(-16, 1)]);
    /// # Ok::<(), promcore::Error>(())
    /// ```
    #[doc(alias = "NativeHistogramBucketFactor")]
    pub fn native_bucket_factor(mut self, factor: f64) -> Self {
        self.native.factor = factor;
        self
    }

    /// Sets how far from 0 an observation may be to count as 0: 2^-128 unless this is called.
    #[doc(alias = "NativeHistogramZeroThreshold")]
    pub fn native_zero_threshold(mut self, threshold: f64) -> Self {
        self.native.zero_threshold = threshold;
        self
    }

    /// Sets how many buckets there may be, without the one of 0; any number if it is 0, which is the default.
    ///
    /// An observation that takes a bucket too many has one of these consequences, the first that is possible:
    /// the histogram is [reset](Self::native_min_reset_duration), and has this observation only;
    /// the bucket of 0 takes in the one [next to it](Self::native_max_zero_threshold);
    /// all buckets become twice as wide, for the coarsest resolution once more than that.
    ///
    /// Without a limit, values from all over the range of floats may take a few megabytes for each thread that observes them; in practice there are some hundred buckets, which take a few kilobytes.
    #[doc(alias = "NativeHistogramMaxBucketNumber")]
    pub fn native_max_buckets(mut self, buckets: u32) -> Self {
        self.native.limits.max_buckets = buckets;
        self
    }

    /// Sets how long a histogram has to have counted before too many buckets lead to a reset; they never do unless this is called with more than zero.
    ///
    /// If they are too many before that, the resolution suffers, and the histogram is reset as soon as the time has passed: with the first observation or scrape after that.
    /// What looks like the histogram's creation moves along.
    #[doc(alias = "NativeHistogramMinResetDuration")]
    pub fn native_min_reset_duration(mut self, duration: Duration) -> Self {
        self.native.limits.min_reset_duration = (!duration.is_zero()).then_some(duration);
        self
    }

    /// Sets how wide the bucket of 0 may become when there are too many buckets; as wide as it is, unless this is called.
    #[doc(alias = "NativeHistogramMaxZeroThreshold")]
    pub fn native_max_zero_threshold(mut self, threshold: f64) -> Self {
        self.native.limits.max_zero_threshold = threshold;
        self
    }

    /// Sets how many exemplars are kept beside those of the classic buckets; 10 unless this is called.
    #[doc(alias = "NativeHistogramMaxExemplars")]
    pub fn native_max_exemplars(mut self, exemplars: usize) -> Self {
        self.native.exemplars.most = exemplars;
        self
    }

    /// Sets how old the oldest exemplar may become before it makes room for a new one, when there are as many as there may be; 5 minutes unless this is called.
    ///
    /// If none is so old, one of those that are nearest to each other makes room.
    /// With zero, the oldest always does.
    #[doc(alias = "NativeHistogramExemplarTTL")]
    pub fn native_exemplar_ttl(mut self, ttl: Duration) -> Self {
        self.native.exemplars.ttl = ttl;
        self
    }
}
