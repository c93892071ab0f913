//! Handlers, and requests to them, as the corpus describes them.

mod answer; // What came back, in the corpus' terms.
mod gatherer; // Gatherers that take their time.
mod judge; // Whether that is what came back in Go.
mod metrics; // The handler of metrics, made as the options say.
mod script; // Handlers that do what a case says.
mod service; // Handlers of any kind.

pub(crate) use self::answer::{ask, names_and_values};
pub(crate) use self::gatherer::Told;
pub(crate) use self::judge::as_in_go;
pub(crate) use self::metrics::MetricsHandler;
pub(crate) use self::script::Script;
pub(crate) use self::service::{Ctx, Handler, build, no_method};
