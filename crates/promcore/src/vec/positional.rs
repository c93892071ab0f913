use crate::error::Error;
use crate::series::{Borrowed, Series};
use crate::variable_label::VariableLabel;
use crate::vec::{Instrument, MetricVec};

/// Labels that are given as `N` values in the order of their names: a wrong number of them does not compile.
///
/// As in [`CounterVec`](crate::CounterVec) and its like; see [`MetricVec`] for an example.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Positional<const N: usize>;

impl<M: Instrument, const N: usize> MetricVec<M, Positional<N>> {
    /// Makes a vec with a name, a help text, and the names of its labels.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidMetricName`], [`Error::InvalidLabelName`] or [`Error::DuplicateLabelName`] if a name is not valid; [`Error::ReservedLabel`] for histograms with a label `le` and summaries with a label `quantile`.
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

    /// Makes a vec of options and the names of its labels.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new), and whatever the options of the single metric can have wrong.
    pub fn with_opts(
        opts: impl Into<M::Opts>,
        labels: [impl Into<VariableLabel>; N],
    ) -> Result<Self, Error> {
        Self::of_parts(opts.into(), labels.map(Into::into).into(), 0)
    }

    /// Returns the metric with these label values, to use at once.
    ///
    /// To keep it, ask for [`into_owned`](crate::Counter::into_owned).
    /// Asking is enough to expose the metric, with nothing counted yet.
    ///
    /// # Panics
    ///
    /// If there are more than 469 762 048 metrics, or more than 4 GiB of label values.
    #[doc(alias = "WithLabelValues")]
    #[expect(
        clippy::must_use_candidate,
        reason = "asking for a metric is enough to expose it"
    )]
    // Always: on its own it gets the values through memory.
    #[inline(always)]
    pub fn with(&self, values: [&str; N]) -> M::Handle<Borrowed<'_>> {
        if self.view.is_some() {
            // A copy made here keeps the values out of memory for the quick way.
            return self.with_viewed(std::array::from_fn(|at| values[at]));
        }
        M::handle(Series::borrowed(self.table.get(values)))
    }

    // Apart, and by value, so that the quick way need not have the values in memory.
    #[inline(never)]
    fn with_viewed(&self, values: [&str; N]) -> M::Handle<Borrowed<'_>> {
        M::handle(Series::borrowed(self.get(&values)))
    }

    /// Removes the metric with these label values, and says whether there was one.
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
    #[expect(clippy::must_use_candidate, reason = "it matters that it is gone")]
    pub fn remove(&self, values: [&str; N]) -> bool {
        self.remove_values(&values)
    }

    /// Returns the vec with values for some of its labels: look-ups take values for the others, in their order.
    ///
    /// The two vecs have the same metrics; register only one of them.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownLabels`] if the vec has no labels with these names; [`Error::CurriedLabel`] if one was given its value before.
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
    /// The numbers of labels have to add up:
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
        const { assert!(K + REST == N, "a curried vec has the labels that are left") };
        self.curried(&labels)
    }
}
