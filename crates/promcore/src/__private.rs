//! What other crates of this workspace need; nobody else should use it, as it changes when they do.

#[cfg(feature = "statics")]
pub use linkme;

pub use crate::quote::write_quoted;
#[cfg(feature = "statics")]
pub use crate::registry::declared::{DECLARATIONS, Declaration};
pub use crate::sink::Lines;
#[cfg(feature = "derive")]
pub use crate::vec::derived::{Names, product, with_display, with_joined};
pub use crate::vec::{Text, Texts};
