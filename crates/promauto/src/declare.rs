use promcore::{
    Collector, Counter, CounterFamily, CounterOpts, CounterVec, DynCounterVec, DynGaugeVec,
    DynHistogramVec, DynSummaryVec, Error, Gauge, GaugeFamily, GaugeOpts, GaugeVec, Histogram,
    HistogramFamily, HistogramOpts, HistogramVec, LabelSet, Summary, SummaryFamily, SummaryOpts,
    SummaryVec, VariableLabel,
};

/// What [`metrics!`](crate::metrics) can declare by name and options: instruments, and vecs and families of them.
///
/// It is there for the macro; programs have [`promcore`]'s constructors.
#[diagnostic::on_unimplemented(
    message = "`metrics!` cannot declare a `{Self}`",
    label = "neither an instrument, nor a vec or family of them",
    note = "another collector is declared with a closure that makes it: `= || Ok(…)`"
)]
pub trait Declare: Collector + Clone {
    /// The options.
    type Opts: From<(&'static str, String)>;

    /// The labels that have to be given, `()` for none; `L` is a name with or without a constraint.
    type Labels<L>;

    /// Makes a metric, which is not registered yet.
    ///
    /// # Errors
    ///
    /// What is wrong with the options or the labels.
    fn declare<L: Into<VariableLabel>>(
        opts: Self::Opts,
        labels: Self::Labels<L>,
    ) -> Result<Self, Error>;
}

/// Implements it for an instrument and what is made of it.
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
