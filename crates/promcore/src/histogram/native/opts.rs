//! Native histogram options.

use std::time::Duration;

use crate::histogram::HistogramOpts;

/// Options of native histograms, which have no effect without a [`native_bucket_factor`](Self::native_bucket_factor).
impl HistogramOpts {
    /// Makes the histogram native: each bucket's bound is at most `factor` times the previous one.
    ///
    /// Buckets are added as observations need them.
    /// Neighbouring bounds differ by a factor of 2^(2^-n), with the smallest n from -4 to 8 that `factor` allows: 1.1 gives eight buckets to each power of two.
    /// A factor of at most 1, the default, means no native buckets.
    /// Unless [`buckets`](Self::buckets) are given as well, there are no classic buckets.
    ///
    /// Scrapers receive native buckets in the protobuf format only.
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

    /// Sets the largest absolute value that counts as 0; the default is 2^-128.
    #[doc(alias = "NativeHistogramZeroThreshold")]
    pub fn native_zero_threshold(mut self, threshold: f64) -> Self {
        self.native.zero_threshold = threshold;
        self
    }

    /// Sets the maximum number of buckets, not counting the zero bucket; 0, the default, means no limit.
    ///
    /// An observation that needs one bucket too many has the first of these effects that is possible:
    /// the histogram is [reset](Self::native_min_reset_duration), and contains only this observation;
    /// the zero bucket absorbs [its neighbours](Self::native_max_zero_threshold);
    /// all buckets become twice as wide.
    /// At the coarsest resolution none of these may be possible; the limit is then exceeded.
    ///
    /// Without a limit, values from the whole range of floats may take a few megabytes for each thread that observes them; in practice there are some hundred buckets, which take a few kilobytes.
    #[doc(alias = "NativeHistogramMaxBucketNumber")]
    pub fn native_max_buckets(mut self, buckets: u32) -> Self {
        self.native.limits.max_buckets = buckets;
        self
    }

    /// Sets how old the counts must be before exceeding the bucket limit resets the histogram; zero, the default, means never.
    ///
    /// If the limit is exceeded earlier, the zero bucket is widened or the resolution reduced, and the first observation or scrape after this duration resets the histogram.
    /// A reset also updates the creation time that is exposed.
    #[doc(alias = "NativeHistogramMinResetDuration")]
    pub fn native_min_reset_duration(mut self, duration: Duration) -> Self {
        self.native.limits.min_reset_duration = (!duration.is_zero()).then_some(duration);
        self
    }

    /// Sets how wide the zero bucket may become when there are too many buckets; by default it is never widened.
    #[doc(alias = "NativeHistogramMaxZeroThreshold")]
    pub fn native_max_zero_threshold(mut self, threshold: f64) -> Self {
        self.native.limits.max_zero_threshold = threshold;
        self
    }

    /// Sets how many exemplars are kept in addition to those of the classic buckets; the default is 10.
    #[doc(alias = "NativeHistogramMaxExemplars")]
    pub fn native_max_exemplars(mut self, exemplars: usize) -> Self {
        self.native.exemplars.most = exemplars;
        self
    }

    /// Sets the age at which the oldest exemplar is replaced by a new one when the maximum number is reached; the default is 5 minutes.
    ///
    /// If none is that old, one exemplar of the pair with the closest values is replaced.
    /// With zero, the oldest is always replaced.
    #[doc(alias = "NativeHistogramExemplarTTL")]
    pub fn native_exemplar_ttl(mut self, ttl: Duration) -> Self {
        self.native.exemplars.ttl = ttl;
        self
    }
}
