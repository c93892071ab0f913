use std::error::Error as _;
use std::io;
use std::path::PathBuf;

/// Why metrics were not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Something was left out while gathering; nothing was written.
    #[error("cannot gather all metrics: {}", join(.0))]
    Gather(Vec<promcore::Error>),
    /// The file could not be written, and is as it was before.
    #[error("cannot write text file {path:?}")]
    Textfile {
        /// The file that was to be written.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        error: io::Error,
    },
}

/// Writes errors and their causes on one line.
fn join(errors: &[promcore::Error]) -> String {
    let with_cause = |error: &promcore::Error| match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    };
    errors.iter().map(with_cause).collect::<Vec<_>>().join("; ")
}
