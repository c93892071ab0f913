use std::fmt;
use std::marker::PhantomData;

use crate::error::Error;
use crate::series::{Borrowed, Found, Series};
use crate::vec::{Instrument, MetricVec};

/// A type of the program with a field for each label, so that neither a wrong number nor a wrong order of values compiles.
///
/// Implement it for the type with all lifetimes `'static`; look-ups take its [`Ref`](Self::Ref), which may borrow text.
/// With the feature `derive`, a derive macro of the same name implements it.
///
/// # Examples
///
/// ```
/// use promcore::{CounterFamily, LabelSet, LabelValue};
///
/// struct Request<'a> {
///     code: u16,
///     route: &'a str,
/// }
///
/// impl LabelSet for Request<'static> {
///     type Ref<'a> = Request<'a>;
///     const NAMES: &'static [&'static str] = &["code", "route"];
///
///     fn with_values<R>(labels: &Request<'_>, then: impl FnOnce(&[&str]) -> R) -> R {
///         labels.code.with_text(|code| then(&[code, labels.route]))
///     }
/// }
///
/// let requests = CounterFamily::<Request>::new("http_requests_total", "Requests.")?;
/// requests.with(&Request { code: 200, route: "/users" }).inc();
/// # Ok::<(), promcore::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a label set",
    label = "does not implement `LabelSet`",
    note = "derive `LabelSet` for a struct that has a field for each label"
)]
pub trait LabelSet: 'static {
    /// The labels of one metric.
    type Ref<'a>;

    /// The names of the labels.
    const NAMES: &'static [&'static str];

    /// The number of different label sets if all values are known in advance, or 0.
    ///
    /// Up to 16 384 label sets are found by their [number](Self::number), which takes a fraction of the time of a look-up by text, and 24 bytes for each label set from the start.
    const COUNT: usize = 0;

    /// Passes the values of the labels, in the order of their names, to `then`.
    fn with_values<R>(labels: &Self::Ref<'_>, then: impl FnOnce(&[&str]) -> R) -> R;

    /// Returns a number below [`COUNT`](Self::COUNT) that is unique to the label set; not called if `COUNT` is 0.
    ///
    /// # Panics
    ///
    /// Unless it is implemented: label sets without unique numbers would be confused.
    #[must_use]
    fn number(labels: &Self::Ref<'_>) -> usize {
        let _ = labels;
        panic!("`number` must be implemented if `COUNT` is not 0");
    }
}

/// Labels that are a [`LabelSet`].
///
/// Used by [`CounterFamily`](crate::CounterFamily) and its equivalents; see [`LabelSet`] for an example.
pub struct Typed<S>(PhantomData<fn() -> S>);

/// The maximum number of label sets that are found by number.
const MAX_DENSE: usize = 1 << 14;

impl<M: Instrument, S: LabelSet> MetricVec<M, Typed<S>> {
    const IS_DENSE: bool = 0 < S::COUNT && S::COUNT <= MAX_DENSE;

    /// Makes a vec with a name and a help text.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidMetricName`], [`Error::InvalidLabelName`] or [`Error::DuplicateLabelName`] if a name is invalid; [`Error::ReservedLabel`] for histograms with a label `le` and summaries with a label `quantile`.
    pub fn new(name: impl Into<String>, help: impl Into<String>) -> Result<Self, Error>
    where
        M::Opts: From<(String, String)>,
    {
        Self::with_opts((name.into(), help.into()))
    }

    /// Makes a vec from options.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new), and the errors for invalid options of a single metric.
    pub fn with_opts(opts: impl Into<M::Opts>) -> Result<Self, Error> {
        let labels = S::NAMES.iter().map(|&name| name.into()).collect();
        let dense = if Self::IS_DENSE { S::COUNT } else { 0 };
        Self::of_parts(opts.into(), labels, dense)
    }

    /// Returns the metric with these labels for immediate use; call [`into_owned`](crate::Counter::into_owned) to store it.
    ///
    /// The look-up alone exposes the metric, with its initial value.
    ///
    /// # Panics
    ///
    /// If there are more than 469 762 048 metrics, or more than 4 GiB of label values; if the label set does not pass one value for each name.
    #[inline]
    pub fn with(&self, labels: &S::Ref<'_>) -> M::Handle<Borrowed<'_>> {
        let found = if Self::IS_DENSE {
            let number = S::number(labels);
            match self.table.get_numbered(number) {
                Some(found) => found,
                None => self.get_unnumbered(number, labels),
            }
        } else {
            Self::with_values(labels, |values| self.get_by_text(values))
        };
        M::handle(Series::borrowed(found))
    }

    #[cold]
    #[inline(never)]
    fn get_unnumbered(&self, number: usize, labels: &S::Ref<'_>) -> Found<'_, M::Cells> {
        Self::with_values(labels, |values| self.table.number(number, values))
    }

    /// Returns the series with these values; a few values are looked up in the same way as by position.
    // Not always inlined: optional values call this twice.
    #[inline]
    fn get_by_text(&self, values: &[&str]) -> Found<'_, M::Cells> {
        // The compiler knows the number of names, so it keeps only one of these.
        match (S::NAMES.len(), values) {
            (1, &[a]) => self.table.get([a]),
            (2, &[a, b]) => self.table.get([a, b]),
            (3, &[a, b, c]) => self.table.get([a, b, c]),
            (4, &[a, b, c, d]) => self.table.get([a, b, c, d]),
            _ => self.table.get_any(values),
        }
    }

    /// Removes the metric with these labels, and returns whether there was one.
    #[doc(alias = "Delete")]
    pub fn remove(&self, labels: &S::Ref<'_>) -> bool {
        Self::with_values(labels, |values| self.remove_values(values))
    }

    #[inline(always)]
    #[track_caller]
    fn with_values<R>(labels: &S::Ref<'_>, then: impl FnOnce(&[&str]) -> R) -> R {
        S::with_values(labels, |values| {
            assert_eq!(
                values.len(),
                S::NAMES.len(),
                "a label set has a value for each name"
            );
            then(values)
        })
    }
}

impl<S> fmt::Debug for Typed<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed")
    }
}
