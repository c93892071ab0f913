use super::Declaration;

/// Nothing, as nobody brings the declarations together.
pub static PROMCORE_0_1_DECLARATIONS: [&dyn Declaration; 0] = [];

/// Leaves a static to whoever touches it first.
#[doc(hidden)]
#[macro_export]
macro_rules! __declaration {
    ($declaration:expr) => {
        // As elsewhere, so that no lint says that nothing uses the static.
        const _: fn() -> &'static dyn $crate::__private::Declaration = || $declaration;
    };
}
