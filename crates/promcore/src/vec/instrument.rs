use std::sync::Arc;

use crate::desc::Desc;
use crate::series::Cells;
use crate::time::Clock;

/// An instrument that a [`MetricVec`](crate::MetricVec) can contain: [`Counter`](crate::Counter), [`Gauge`](crate::Gauge), [`Histogram`](crate::Histogram) or [`Summary`](crate::Summary).
///
/// This trait is sealed; for custom metrics, see [`CustomVec`](crate::CustomVec).
pub trait Instrument: sealed::Instrument {}

/// Validated options.
#[derive(Debug)]
pub struct Parts<C: Cells> {
    pub(crate) desc: Desc,
    pub(crate) shape: C::Shape,
    pub(crate) clock: Arc<dyn Clock>,
}

pub(crate) mod sealed {
    use crate::error::Error;
    use crate::series::{Cells, Hold, Series};
    use crate::variable_label::VariableLabel;

    pub trait Instrument: Sized + 'static {
        type Cells: Cells;
        type Opts;
        type Handle<H: Hold>;

        fn parts(
            opts: Self::Opts,
            labels: Vec<VariableLabel>,
        ) -> Result<super::Parts<Self::Cells>, Error>;

        fn handle<H: Hold>(series: Series<Self::Cells, H>) -> Self::Handle<H>;
    }
}

/// Implements what all instruments have: constructors, `Clone`, and `Collector`.
macro_rules! instrument {
    ($name:ident, $opts:ident, $cells:ident) => {
        impl $name {
            /// Makes a metric with a name and a help text.
            ///
            /// # Errors
            ///
            /// [`Error::InvalidMetricName`] if the name is empty.
            pub fn new(name: impl Into<String>, help: impl Into<String>) -> Result<Self, Error> {
                Self::with_opts($opts::new(name, help))
            }

            /// Makes a metric from options.
            ///
            /// # Errors
            ///
            /// [`Error::InvalidMetricName`], [`Error::InvalidLabelName`] or [`Error::DuplicateLabelName`] if a name is invalid; for histograms also [`Error::ReservedLabel`] for a label `le`, [`Error::BucketOrder`] and [`Error::NativeOption`]; for summaries [`Error::ReservedLabel`] for a label `quantile`, [`Error::SummaryMaxAge`] and [`Error::SummaryObjective`].
            pub fn with_opts(opts: impl Into<$opts>) -> Result<Self, Error> {
                let parts = opts.into().parts(Vec::new())?;
                let series = Series::alone(&parts.desc, &parts.shape, parts.clock);
                Ok(Self { series })
            }

            /// Returns the metric's descriptor.
            #[must_use]
            pub fn desc(&self) -> &$crate::Desc {
                self.series.block().0.desc()
            }
        }

        impl $name<Borrowed<'_>> {
            /// Returns a handle that can be stored.
            #[must_use]
            pub fn into_owned(self) -> $name {
                $name {
                    series: self.series.into_owned(),
                }
            }
        }

        impl Clone for $name {
            fn clone(&self) -> Self {
                Self {
                    series: self.series.clone(),
                }
            }
        }

        impl<H: Hold> fmt::Debug for $name<H> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name))
                    .field(&self.series)
                    .finish()
            }
        }

        impl $crate::vec::Instrument for $name {}

        impl $crate::vec::sealed::Instrument for $name {
            type Cells = $cells;
            type Opts = $opts;
            type Handle<H: Hold> = $name<H>;

            fn parts(
                opts: $opts,
                labels: Vec<$crate::VariableLabel>,
            ) -> Result<Parts<$cells>, Error> {
                opts.parts(labels)
            }

            #[inline]
            fn handle<H: Hold>(series: Series<$cells, H>) -> $name<H> {
                $name { series }
            }
        }

        impl $crate::Collector for $name {
            fn describe(&self, sink: &mut dyn FnMut(&$crate::Desc)) {
                sink(self.desc());
            }

            fn collect(&self, sink: &mut dyn FnMut($crate::ConstMetric)) {
                $crate::collector::collect_trusted(&self.series, sink);
            }

            fn as_trusted(&self) -> Option<&dyn $crate::collector::Trusted> {
                Some(&self.series)
            }
        }
    };
}
pub(crate) use instrument;
