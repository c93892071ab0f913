//! Systems that are not supported yet: no collector can be made there.

use super::family::Reading;
use crate::Error;

/// Returns the error of an unsupported system.
pub(super) fn check() -> Result<(), Error> {
    Err(Error::Unsupported(std::env::consts::OS))
}

/// Never called, because [`check`] fails.
pub(super) fn read(_pid: Option<u32>) -> Reading {
    Reading::default()
}
