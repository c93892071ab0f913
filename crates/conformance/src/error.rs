//! Errors before a case is played.

use std::io;
use std::path::PathBuf;

/// The reason why the corpus or the list of known differences cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A case does not have the form described in the corpus' README; the position is that of the JSON text.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Case {
        /// The file.
        path: PathBuf,
        /// The line in it, from 1.
        line: usize,
        /// The column in it, from 1.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// The folder holds no case at all; it is probably the wrong one.
    #[error("no conformance cases in {}", .0.display())]
    Empty(PathBuf),
    /// `known_differences.md` does not have the form that its first lines describe.
    #[error("known_differences.md:{line}: {message}")]
    Known {
        /// The line in it, from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// A file or folder cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
}

impl Error {
    /// Returns the error with its cause.
    #[must_use]
    pub fn with_cause(&self) -> String {
        match self {
            Self::Read { source, .. } => format!("{self}: {source}"),
            Self::Case { .. } | Self::Empty(_) | Self::Known { .. } => self.to_string(),
        }
    }
}
