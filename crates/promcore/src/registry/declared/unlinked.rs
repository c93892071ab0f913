use super::Declaration;

/// Empty, because nothing gathers the declarations.
pub static PROMCORE_0_1_DECLARATIONS: [&dyn Declaration; 0] = [];

/// Leaves a static to be registered when it is first used.
#[doc(hidden)]
#[macro_export]
macro_rules! __declaration {
    ($declaration:expr) => {
        // Uses the static, as the linked version does, so that no lint reports it as unused.
        const _: fn() -> &'static dyn $crate::__private::Declaration = || $declaration;
    };
}
