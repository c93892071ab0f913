use std::fmt;
use std::marker::PhantomData;

use crate::error::Error;
use crate::series::{Borrowed, Found, Series};
use crate::vec::{Instrument, MetricVec};

/// Labels that are a type of the program's own, with a field for each label: neither a wrong number nor a wrong order of values compiles.
///
/// It is implemented for the type with all lifetimes `'static`; [`Ref`](Self::Ref) is what is given for a look-up, and may borrow text.
///
/// # Examples
///
/// ```
/// use promcore::{CounterFamily, LabelSet};
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
///         then(&[&labels.code.to_string(), labels.route])
///     }
/// }
///
/// let requests = CounterFamily::<Request>::new("http_requests_total", "Requests.")?;
/// requests.with(&Request { code: 200, route: "/users" }).inc();
/// # Ok::<(), promcore::Error>(())
/// ```
pub trait LabelSet: 'static {
    /// The labels of one metric.
    type Ref<'a>;

    /// The names of the labels.
    const NAMES: &'static [&'static str];

    /// How many different label sets there are, if all values are known beforehand, or 0.
    ///
    /// Up to 65 536 of them are found by their [number](Self::number), which takes a fraction of the time of a look-up by text.
    const COUNT: usize = 0;

    /// Passes the values of the labels, in the order of their names, to `then`.
    fn with_values<R>(labels: &Self::Ref<'_>, then: impl FnOnce(&[&str]) -> R) -> R;

    /// Returns a number below [`COUNT`](Self::COUNT) that no other label set has; label sets with equal numbers are taken for the same.
    #[must_use]
    fn number(labels: &Self::Ref<'_>) -> usize {
        let _ = labels;
        0
    }
}

/// The values of a label that are all known beforehand, as those of an enum are.
///
/// # Examples
///
/// ```
/// use promcore::{CounterFamily, LabelSet, LabelValue};
///
/// #[derive(Clone, Copy)]
/// enum Method {
///     Get,
///     Post,
/// }
///
/// impl LabelValue for Method {
///     const COUNT: usize = 2;
///
///     fn number(self) -> usize {
///         self as usize
///     }
///
///     fn as_str(self) -> &'static str {
///         match self {
///             Method::Get => "GET",
///             Method::Post => "POST",
///         }
///     }
/// }
///
/// struct Call {
///     method: Method,
///     is_cached: bool,
/// }
///
/// impl LabelSet for Call {
///     type Ref<'a> = Call;
///     const NAMES: &'static [&'static str] = &["method", "is_cached"];
///     const COUNT: usize = Method::COUNT * bool::COUNT;
///
///     fn with_values<R>(labels: &Call, then: impl FnOnce(&[&str]) -> R) -> R {
///         then(&[labels.method.as_str(), labels.is_cached.as_str()])
///     }
///
///     fn number(labels: &Call) -> usize {
///         labels.method.number() * bool::COUNT + labels.is_cached.number()
///     }
/// }
///
/// let calls = CounterFamily::<Call>::new("calls_total", "Calls.")?;
/// calls.with(&Call { method: Method::Post, is_cached: false }).inc();
/// assert_eq!(calls.with(&Call { method: Method::Post, is_cached: false }).value(), 1.0);
/// assert_eq!(calls.with(&Call { method: Method::Get, is_cached: false }).value(), 0.0);
/// # Ok::<(), promcore::Error>(())
/// ```
pub trait LabelValue: Copy + 'static {
    /// How many values there are.
    const COUNT: usize;

    /// Returns the number of the value, from 0 to one less than there are.
    #[must_use]
    fn number(self) -> usize;

    /// Returns the value as text.
    #[must_use]
    fn as_str(self) -> &'static str;
}

impl LabelValue for bool {
    const COUNT: usize = 2;

    fn number(self) -> usize {
        self.into()
    }

    fn as_str(self) -> &'static str {
        if self { "true" } else { "false" }
    }
}

/// Labels that are a [`LabelSet`].
pub struct Typed<S>(PhantomData<fn() -> S>);

/// Most label sets that are found by their numbers.
const MOST_DENSE: usize = 1 << 16;

impl<M: Instrument, S: LabelSet> MetricVec<M, Typed<S>> {
    /// Makes a vec with a name and a help text.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidMetricName`], [`Error::InvalidLabelName`] or [`Error::DuplicateLabelName`] if a name is not valid; [`Error::ReservedLabel`] for histograms with a label `le` and summaries with a label `quantile`.
    pub fn new(name: impl Into<String>, help: impl Into<String>) -> Result<Self, Error>
    where
        M::Opts: From<(String, String)>,
    {
        Self::with_opts((name.into(), help.into()))
    }

    /// Makes a vec of options.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new), and whatever the options of the single metric can have wrong.
    pub fn with_opts(opts: impl Into<M::Opts>) -> Result<Self, Error> {
        let labels = S::NAMES.iter().map(|&name| name.into()).collect();
        let dense = if S::COUNT <= MOST_DENSE { S::COUNT } else { 0 };
        Self::of_parts(opts.into(), labels, dense)
    }

    /// Returns the metric with these labels, to use at once.
    ///
    /// To keep it, ask for [`into_owned`](crate::Counter::into_owned).
    /// Asking is enough to expose the metric, with nothing counted yet.
    ///
    /// # Panics
    ///
    /// If there are more than 939 524 096 metrics, or more than 8 GiB of label values; if the label set has other values than names.
    #[inline]
    pub fn with(&self, labels: &S::Ref<'_>) -> M::Handle<Borrowed<'_>> {
        let number = if S::COUNT == 0 { 0 } else { S::number(labels) };
        let found = match self.table.get_numbered(number) {
            Some(found) => found,
            None => self.with_text(number, labels),
        };
        M::handle(Series::borrowed(found))
    }

    #[inline(never)]
    fn with_text(&self, number: usize, labels: &S::Ref<'_>) -> Found<'_, M::Cells> {
        Self::with_values(labels, |values| self.table.number(number, values))
    }

    /// Removes the metric with these labels, and says whether there was one.
    #[doc(alias = "Delete")]
    pub fn remove(&self, labels: &S::Ref<'_>) -> bool {
        Self::with_values(labels, |values| self.remove_values(values))
    }

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
