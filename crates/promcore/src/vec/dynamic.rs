use crate::error::Error;
use crate::series::Borrowed;
use crate::variable_label::VariableLabel;
use crate::vec::view::already_curried;
use crate::vec::{Instrument, LabelSet, MetricVec, Positional, Typed};

/// Labels whose names and number are only known at run time.
///
/// Used by [`DynCounterVec`](crate::DynCounterVec) and its equivalents; see [`MetricVec::try_with_label_values`] for an example.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Dynamic;

impl<M: Instrument> MetricVec<M, Dynamic> {
    /// Makes a vec with a name, a help text, and the names of its labels.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidMetricName`], [`Error::InvalidLabelName`] or [`Error::DuplicateLabelName`] if a name is invalid; [`Error::ReservedLabel`] for histograms with a label `le` and summaries with a label `quantile`.
    pub fn new<T: Into<VariableLabel>>(
        name: impl Into<String>,
        help: impl Into<String>,
        labels: impl IntoIterator<Item = T>,
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
    pub fn with_opts<T: Into<VariableLabel>>(
        opts: impl Into<M::Opts>,
        labels: impl IntoIterator<Item = T>,
    ) -> Result<Self, Error> {
        Self::of_parts(opts.into(), labels.into_iter().map(Into::into).collect(), 0)
    }

    /// Returns the metric with these label values, in the order of the label names.
    ///
    /// # Errors
    ///
    /// [`Error::LabelCardinality`] if there are more or fewer values than labels.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::DynGaugeVec;
    ///
    /// let names = ["disk".to_owned(), "host".to_owned()]; // From a file, say.
    /// let free = DynGaugeVec::new("free_bytes", "Free space.", names)?;
    /// free.try_with_label_values(&["sda", "alpha"])?.set(1e9);
    /// assert!(free.try_with_label_values(&["sda"]).is_err());
    /// # Ok::<(), promcore::Error>(())
    /// ```
    #[doc(alias = "GetMetricWithLabelValues")]
    pub fn try_with_label_values(&self, values: &[&str]) -> Result<M::Handle<Borrowed<'_>>, Error> {
        self.try_handle(values)
    }

    /// Returns the metric with these labels, in any order.
    ///
    /// # Errors
    ///
    /// [`Error::LabelCardinality`] if there are more or fewer labels than the vec has, [`Error::MissingLabel`] if one of the vec's labels is missing, [`Error::CurriedLabel`] if one of them already has a fixed value.
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::DynGaugeVec;
    ///
    /// let free = DynGaugeVec::new("free_bytes", "Free space.", ["disk", "host"])?;
    /// free.try_with(&[("host", "alpha"), ("disk", "sda")])?.set(1e9);
    /// assert_eq!(free.try_with_label_values(&["sda", "alpha"])?.value(), 1e9);
    /// # Ok::<(), promcore::Error>(())
    /// ```
    #[doc(alias = "GetMetricWith")]
    pub fn try_with(&self, labels: &[(&str, &str)]) -> Result<M::Handle<Borrowed<'_>>, Error> {
        self.try_handle(&self.in_order(labels)?)
    }

    /// Removes the metric with these label values, in the order of the label names, and returns whether there was one.
    #[doc(alias = "DeleteLabelValues")]
    #[expect(clippy::must_use_candidate, reason = "often only the removal matters")]
    pub fn remove_label_values(&self, values: &[&str]) -> bool {
        values.len() == self.given() && self.remove_values(values)
    }

    /// Removes the metric with these labels, in any order, and returns whether there was one.
    #[doc(alias = "Delete")]
    #[expect(clippy::must_use_candidate, reason = "often only the removal matters")]
    pub fn remove(&self, labels: &[(&str, &str)]) -> bool {
        self.in_order(labels)
            .is_ok_and(|values| self.remove_values(&values))
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
    /// use promcore::DynGaugeVec;
    ///
    /// let free = DynGaugeVec::new("free_bytes", "Free space.", ["disk", "host"])?;
    /// let here = free.curry_with(&[("host", "alpha")])?;
    /// here.try_with_label_values(&["sda"])?.set(1e9);
    /// assert_eq!(free.try_with_label_values(&["sda", "alpha"])?.value(), 1e9);
    /// # Ok::<(), promcore::Error>(())
    /// ```
    #[doc(alias = "CurryWith")]
    pub fn curry_with(&self, labels: &[(&str, &str)]) -> Result<Self, Error> {
        self.curried(labels)
    }

    /// Returns label values in the order in which look-ups take them.
    pub(super) fn in_order<'a>(&self, labels: &[(&str, &'a str)]) -> Result<Vec<&'a str>, Error> {
        let desc = self.desc();
        if labels.len() != self.given() {
            let values: Vec<&str> = labels.iter().map(|&(_, value)| value).collect();
            desc.check_cardinality(self.given(), &values)?;
        }
        let mut values = Vec::with_capacity(labels.len());
        for (label, name) in desc.variable_labels().iter().enumerate() {
            let is_curried = self
                .view
                .as_ref()
                .is_some_and(|view| view.is_curried(label));
            match labels.iter().find(|(given, _)| given == name) {
                Some(_) if is_curried => return Err(already_curried(desc, name)),
                Some(&(_, value)) => values.push(value),
                None if is_curried => {}
                None => {
                    return Err(Error::MissingLabel {
                        metric: desc.name().to_owned(),
                        label: name.clone(),
                    });
                }
            }
        }
        Ok(values)
    }
}

/// Converts to a vec of the same metrics with labels known at run time: for code that accepts any number of labels.
///
/// # Examples
///
/// ```
/// use promcore::{CounterVec, DynCounterVec};
///
/// fn count(requests: impl Into<DynCounterVec>) -> Result<(), promcore::Error> {
///     requests.into().try_with_label_values(&["200"])?.inc();
///     Ok(())
/// }
///
/// let requests = CounterVec::new("http_requests_total", "Requests.", ["code"])?;
/// count(requests.clone())?;
/// assert_eq!(requests.with(["200"]).value(), 1.0);
/// # Ok::<(), promcore::Error>(())
/// ```
impl<M: Instrument, const N: usize> From<MetricVec<M, Positional<N>>> for MetricVec<M, Dynamic> {
    fn from(vec: MetricVec<M, Positional<N>>) -> Self {
        vec.with_other_labels()
    }
}

/// Converts to a vec of the same metrics with labels given as text.
impl<M: Instrument, S: LabelSet> From<MetricVec<M, Typed<S>>> for MetricVec<M, Dynamic> {
    fn from(vec: MetricVec<M, Typed<S>>) -> Self {
        vec.with_other_labels()
    }
}
