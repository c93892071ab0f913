use promcore::{
    Collector, Counter, CounterFamily, CounterOpts, CounterVec, DynCounterVec, DynGaugeVec,
    DynHistogramVec, DynSummaryVec, Error, Gauge, GaugeFamily, GaugeOpts, GaugeVec, Histogram,
    HistogramFamily, HistogramOpts, HistogramVec, LabelSet, Summary, SummaryFamily, SummaryOpts,
    SummaryVec, VariableLabel,
};

/// A metric that [`metrics!`](crate::metrics) can declare by name and options: an instrument, or a vec or family of them.
///
/// It is for the macro; programs use the constructors of [`promcore`].
#[diagnostic::on_unimplemented(
    message = "`metrics!` cannot declare a `{Self}`",
    label = "not an instrument, vec or family",
    note = "declare any other collector with a closure that makes it: `= || Ok(…)`"
)]
pub trait Declare: Collector + Clone {
    /// The options.
    type Opts: From<(&'static str, String)>;

    /// The label names, or `()` for none; `L` is a name with or without a constraint.
    type Labels<L>;

    /// Makes a metric, which is not registered yet.
    ///
    /// # Errors
    ///
    /// If the options or the labels are invalid.
    fn declare<L: Into<VariableLabel>>(
        opts: Self::Opts,
        labels: Self::Labels<L>,
    ) -> Result<Self, Error>;
}

/// Implements `Declare` for an instrument and its vecs and family.
macro_rules! declare {
    ($instrument:ident, $vec:ident, $dynamic:ident, $family:ident, $opts:ident) => {
        impl Declare for $instrument {
            type Opts = $opts;
            type Labels<L> = ();

            fn declare<L: Into<VariableLabel>>(opts: $opts, (): ()) -> Result<Self, Error> {
                Self::with_opts(opts)
            }
        }

        impl<const N: usize> Declare for $vec<N> {
            type Opts = $opts;
            type Labels<L> = [L; N];

            fn declare<L: Into<VariableLabel>>(opts: $opts, labels: [L; N]) -> Result<Self, Error> {
                Self::with_opts(opts, labels)
            }
        }

        impl Declare for $dynamic {
            type Opts = $opts;
            type Labels<L> = Vec<L>;

            fn declare<L: Into<VariableLabel>>(opts: $opts, labels: Vec<L>) -> Result<Self, Error> {
                Self::with_opts(opts, labels)
            }
        }

        impl<S: LabelSet> Declare for $family<S> {
            type Opts = $opts;
            type Labels<L> = ();

            fn declare<L: Into<VariableLabel>>(opts: $opts, (): ()) -> Result<Self, Error> {
                Self::with_opts(opts)
            }
        }
    };
}

declare!(
    Counter,
    CounterVec,
    DynCounterVec,
    CounterFamily,
    CounterOpts
);
declare!(Gauge, GaugeVec, DynGaugeVec, GaugeFamily, GaugeOpts);
declare!(
    Histogram,
    HistogramVec,
    DynHistogramVec,
    HistogramFamily,
    HistogramOpts
);
declare!(
    Summary,
    SummaryVec,
    DynSummaryVec,
    SummaryFamily,
    SummaryOpts
);
