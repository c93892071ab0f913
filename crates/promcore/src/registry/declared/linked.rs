use linkme::distributed_slice;

use super::Declaration;

/// What the program declares, in the order of the linker.
#[distributed_slice]
pub static DECLARATIONS: [&'static dyn Declaration];

/// Adds a static to the declarations.
#[doc(hidden)]
#[macro_export]
macro_rules! __declaration {
    ($declaration:expr) => {
        #[$crate::__private::linkme::distributed_slice($crate::__private::DECLARATIONS)]
        #[linkme(crate = $crate::__private::linkme)]
        static DECLARATION: &dyn $crate::__private::Declaration = $declaration;
    };
}
