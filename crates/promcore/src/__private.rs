//! Internals for the other crates of this workspace; they may change in any release.

#[cfg(feature = "statics")]
pub use linkme;

pub use crate::quote::write_quoted;
#[cfg(feature = "statics")]
pub use crate::registry::declared::{DECLARATIONS, Declaration};
pub use crate::sink::Lines;
#[cfg(feature = "derive")]
pub use crate::vec::derived::{Names, product, with_display, with_joined};
pub use crate::vec::{Text, Texts};
