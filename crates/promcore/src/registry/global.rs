use std::sync::LazyLock;

use super::Registry;

static DEFAULT: LazyLock<Registry> = LazyLock::new(Registry::new);

/// Returns the registry that is there from the start, for programs that need only one.
///
/// Nothing is registered with it until somebody does, but for statics that the program declares with `promauto::metrics!`: these are there from the start.
///
/// # Examples
///
/// ```
/// use promcore::{Counter, Gatherer, default_registry};
///
/// default_registry().register(Counter::new("jobs_total", "Jobs done.")?)?;
/// assert_eq!(default_registry().gather().families.len(), 1);
/// # Ok::<(), promcore::Error>(())
/// ```
#[doc(alias = "DefaultRegisterer")]
#[doc(alias = "DefaultGatherer")]
#[must_use]
pub fn default_registry() -> &'static Registry {
    #[cfg(feature = "statics")]
    super::declared::register_all(&DEFAULT);
    &DEFAULT
}
