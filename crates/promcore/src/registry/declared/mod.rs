//! Metrics declared as statics, which the default registry has from the start.
//!
//! The linker gathers the declarations of all crates, so that no code has to run before the registry is first used.

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
mod linked; // With linker support; without it, each metric is registered when it is first used.

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

/// A metric declared as a static.
pub trait Declaration: Sync {
    /// Returns where it is declared.
    fn place(&self) -> String;

    /// Makes and registers the metric, unless that was done before.
    ///
    /// # Errors
    ///
    /// If it cannot be made or registered, even if that was found out earlier.
    fn register(&self, registry: &Registry) -> Result<(), Error>;
}

thread_local! {
    /// Whether this thread is registering the declarations.
    static IS_REGISTERING: Cell<bool> = const { Cell::new(false) };
}

/// Registers all declarations with the default registry, unless that was done before.
///
/// Other threads wait until this is done, and then find all metrics; declarations themselves may use the registry meanwhile.
pub(super) fn register_all(registry: &Registry) {
    static DONE: OnceLock<()> = OnceLock::new();
    if DONE.get().is_none() && !IS_REGISTERING.replace(true) {
        DONE.get_or_init(|| register_each(registry));
        IS_REGISTERING.set(false);
    }
}

/// Registers all declarations in the order of their places, whatever the linker's order; each scrape reports the errors.
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
        // Without descriptors it cannot conflict.
        let _ = registry.register(collector_fn(Vec::new(), report));
    }
}

/// Registers one declaration; errors and panics are collected, not propagated.
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
