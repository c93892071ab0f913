use linkme::distributed_slice;

use super::Declaration;

/// The declarations of the program, in the linker's order.
///
/// The linker only sees the name, so no other crate in the program may use it, not even an incompatible version of this one.
#[distributed_slice]
pub static PROMCORE_0_1_DECLARATIONS: [&'static dyn Declaration];

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

#[cfg(all(test, not(loom)))]
mod tests {
    #[test]
    fn the_slice_is_named_after_the_version() {
        let version = (
            env!("CARGO_PKG_VERSION_MAJOR"),
            env!("CARGO_PKG_VERSION_MINOR"),
        );
        // From 1.0 on, minor versions are compatible.
        assert_eq!(version, ("0", "1"), "see `PROMCORE_0_1_DECLARATIONS`");
    }
}
