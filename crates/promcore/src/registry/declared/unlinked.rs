use super::Declaration;

/// Nothing, as nobody brings the declarations together.
pub static DECLARATIONS: [&dyn Declaration; 0] = [];

/// Leaves a static to whoever touches it first.
#[doc(hidden)]
#[macro_export]
macro_rules! __declaration {
    ($declaration:expr) => {};
}
