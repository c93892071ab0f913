//! Handlers, and requests to them, as the corpus describes them.

mod answer; // Responses, in the corpus' terms.
mod gatherer; // Slow gatherers.
mod judge; // Compares a response with Go's.
mod metrics; // The handler of metrics, with its options.
mod script; // Scripted handlers.
mod service; // Handlers of any kind.

pub(crate) use self::answer::{ask, names_and_values};
pub(crate) use self::gatherer::Told;
pub(crate) use self::judge::as_in_go;
pub(crate) use self::metrics::MetricsHandler;
pub(crate) use self::script::Script;
pub(crate) use self::service::{Ctx, Handler, build, no_method};
