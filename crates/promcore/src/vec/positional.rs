use crate::error::Error;
use crate::series::{Borrowed, Series};
use crate::variable_label::VariableLabel;
use crate::vec::{Instrument, MetricVec};

/// Labels given as `N` values in the order of the label names; a wrong number of values does not compile.
///
/// Used by [`CounterVec`](crate::CounterVec) and its equivalents; see [`MetricVec`] for an example.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Positional<const N: usize>;

impl<M: Instrument, const N: usize> MetricVec<M, Positional<N>> {
    /// Makes a vec with a name, a help text, and the names of its labels.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidMetricName`], [`Error::InvalidLabelName`] or [`Error::DuplicateLabelName`] if a name is invalid; [`Error::ReservedLabel`] for histograms with a label `le` and summaries with a label `quantile`.
    pub fn new(
        name: impl Into<String>,
        help: impl Into<String>,
        labels: [impl Into<VariableLabel>; N],
    ) -> Result<Self, Error>
    where
        M::Opts: From<(String, String)>,
    {
        Self::with_opts((name.into(), help.into()), labels)
    }

    /// Makes a vec from options and the names of its labels.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new), and the errors for invalid options of a single metric.
    pub fn with_opts(
        opts: impl Into<M::Opts>,
        labels: [impl Into<VariableLabel>; N],
    ) -> Result<Self, Error> {
        Self::of_parts(opts.into(), labels.map(Into::into).into(), 0)
    }

    /// Returns the metric with these label values for immediate use; call [`into_owned`](crate::Counter::into_owned) to store it.
    ///
    /// The look-up alone exposes the metric, with its initial value.
    ///
    /// # Panics
    ///
    /// If there are more than 469 762 048 metrics, or more than 4 GiB of label values.
    #[doc(alias = "WithLabelValues")]
    #[expect(
        clippy::must_use_candidate,
        reason = "the look-up alone exposes the metric"
    )]
    // Always: as a call it would receive the values through memory.
    #[inline(always)]
    pub fn with(&self, values: [&str; N]) -> M::Handle<Borrowed<'_>> {
        if self.view.is_some() {
            // A copy made here keeps the values out of memory on the fast path.
            return self.with_viewed(std::array::from_fn(|at| values[at]));
        }
        M::handle(Series::borrowed(self.table.get(values)))
    }

    // Separate, and by value, so that the fast path need not have the values in memory.
    #[inline(never)]
    fn with_viewed(&self, values: [&str; N]) -> M::Handle<Borrowed<'_>> {
        M::handle(Series::borrowed(self.get(&values)))
    }

    /// Removes the metric with these label values, and returns whether there was one.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::GaugeVec;
    ///
    /// let users = GaugeVec::new("room_users", "Users in each room.", ["room"])?;
    /// users.with(["lobby"]).set(3.0);
    /// assert!(users.remove(["lobby"])); // The room was closed.
    /// assert!(!users.remove(["lobby"]));
    /// # Ok::<(), promcore::Error>(())
    /// ```
    #[doc(alias = "DeleteLabelValues")]
    #[expect(clippy::must_use_candidate, reason = "often only the removal matters")]
    pub fn remove(&self, values: [&str; N]) -> bool {
        self.remove_values(&values)
    }

    /// Returns a curried vec with fixed values for some labels; look-ups take values for the others, in their order.
    ///
    /// Both vecs share the same metrics; register only one of them.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownLabels`] if the vec has no labels with these names; [`Error::CurriedLabel`] if one already has a fixed value.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::CounterVec;
    ///
    /// let requests = CounterVec::new("http_requests_total", "Requests.", ["code", "handler", "method"])?;
    /// let of_shop: CounterVec<2> = requests.curry_with([("handler", "shop")])?;
    /// of_shop.with(["200", "GET"]).inc();
    /// assert_eq!(requests.with(["200", "shop", "GET"]).value(), 1.0);
    /// # Ok::<(), promcore::Error>(())
    /// ```
    ///
    /// The numbers of labels must add up:
    ///
    /// ```compile_fail
    /// # let requests = promcore::CounterVec::new("http_requests_total", "Requests.", ["code", "method"]).unwrap();
    /// let curried: promcore::CounterVec<2> = requests.curry_with([("code", "200")]).unwrap();
    /// ```
    #[doc(alias = "CurryWith")]
    pub fn curry_with<const K: usize, const REST: usize>(
        &self,
        labels: [(&str, &str); K],
    ) -> Result<MetricVec<M, Positional<REST>>, Error> {
        const { assert!(K + REST == N, "a curried vec has the remaining labels") };
        self.curried(&labels)
    }
}
