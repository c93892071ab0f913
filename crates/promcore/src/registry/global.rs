use std::sync::LazyLock;

use super::Registry;

static DEFAULT: LazyLock<Registry> = LazyLock::new(Registry::new);

/// Returns the default registry, for programs that need only one.
///
/// It starts empty, except for statics that the program declares with `promauto::metrics!`.
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
