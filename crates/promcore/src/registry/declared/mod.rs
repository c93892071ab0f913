//! Metrics that a program declares as statics: the default registry has them from the start.
//!
//! The linker brings the declarations of all crates together, so that nothing has to run before somebody asks for the registry.

#[cfg_attr(
    not(any(
        target_os = "android",
        target_os = "freebsd",
        target_os = "fuchsia",
        target_os = "illumos",
        target_os = "ios",
        target_os = "linux",
        target_os = "macos",
        target_os = "openbsd",
        target_os = "tvos",
        target_os = "windows",
    )),
    path = "unlinked.rs"
)]
mod linked; // What the linker does; where it does not, each metric waits until it is touched.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

pub use self::linked::PROMCORE_0_1_DECLARATIONS as DECLARATIONS;
use super::Registry;
use super::gather::panic_message;
use crate::collector::collector_fn;
use crate::constant::ConstMetric;
use crate::desc::Desc;
use crate::error::Error;

/// A metric that is declared as a static.
pub trait Declaration: Sync {
    /// Says where it is declared.
    fn place(&self) -> String;

    /// Makes the metric and registers it, unless that was done before.
    ///
    /// # Errors
    ///
    /// If it cannot be made or registered, also if that was found out before.
    fn register(&self, registry: &Registry) -> Result<(), Error>;
}

thread_local! {
    /// Whether this thread is about to register what is declared.
    static IS_REGISTERING: Cell<bool> = const { Cell::new(false) };
}

/// Registers everything that is declared with the default registry, unless that was done before.
///
/// Other threads wait until it is done, and then find all metrics; what a declaration is made of may use the registry meanwhile.
pub(super) fn register_all(registry: &Registry) {
    static DONE: OnceLock<()> = OnceLock::new();
    if DONE.get().is_none() && !IS_REGISTERING.replace(true) {
        DONE.get_or_init(|| register_each(registry));
        IS_REGISTERING.set(false);
    }
}

/// Does so in the order of the places, whatever that of the linker is; each scrape reports what went wrong.
fn register_each(registry: &Registry) {
    let mut all: Vec<_> = DECLARATIONS.iter().map(|it| (it.place(), it)).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    let errors: Vec<Error> = all
        .into_iter()
        .filter_map(|(place, declaration)| register(place, *declaration, registry).err())
        .collect();
    if !errors.is_empty() {
        let report = move |sink: &mut dyn FnMut(ConstMetric)| {
            for error in &errors {
                sink(ConstMetric::invalid(
                    &Desc::invalid(error.clone()),
                    error.clone(),
                ));
            }
        };
        // It describes nothing, so that nothing is against it.
        let _ = registry.register(collector_fn(Vec::new(), report));
    }
}

/// Registers a declaration; what is wrong with it, and be it a panic, is no reason to stop.
fn register(
    place: String,
    declaration: &dyn Declaration,
    registry: &Registry,
) -> Result<(), Error> {
    let result = catch_unwind(AssertUnwindSafe(|| declaration.register(registry)));
    let result = result.unwrap_or_else(|panic| Err(Error::Custom(panic_message(panic))));
    result.map_err(|error| Error::Declaration {
        place,
        error: Box::new(error),
    })
}
