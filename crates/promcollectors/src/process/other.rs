//! Systems whose processes we cannot read yet: no collector can be made there.

use super::family::Reading;
use crate::Error;

/// Refuses: there is nothing to read.
pub(super) fn check() -> Result<(), Error> {
    Err(Error::Unsupported(std::env::consts::OS))
}

/// Is never reached, because [`check`] lets no collector be made.
pub(super) fn read(_pid: Option<u32>) -> Reading {
    Reading::default()
}
