use std::fmt;
use std::io;
use std::path::PathBuf;

/// The reason why metrics were not written or read.
///
/// # Examples
///
/// ```
/// use promfmt::{Error, parse_text};
///
/// match parse_text("jobs_total 3\njobs_total many\n") {
///     Err(Error::Parse { at, message }) => {
///         assert_eq!(at.to_string(), "line 2, column 12");
///         assert_eq!(message, r#"expected float as value, got "many""#);
///     }
///     Err(Error::Limit { .. }) => println!("no program has so many metrics"),
///     other => panic!("{other:?}"),
/// }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Gathering had errors; nothing was written.
    #[error("cannot gather all metrics: {}", promcore::Error::list(.0))]
    Gather(Vec<promcore::Error>),
    /// The input exceeds one of the [`Limits`](crate::Limits).
    #[error("cannot parse metrics at {at}: {message}")]
    Limit {
        /// Where the limit was exceeded.
        at: Position,
        /// Which limit was exceeded.
        message: String,
    },
    /// The input is not valid in its format.
    #[error("cannot parse metrics at {at}: {message}")]
    Parse {
        /// Where the error is.
        at: Position,
        /// What is wrong; for the text format, in the words of the Go client.
        message: String,
    },
    /// The input could not be read.
    #[error("cannot read metrics")]
    Read(#[source] io::Error),
    /// The file could not be written, and is unchanged.
    #[error("cannot write text file {path:?}")]
    Textfile {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        error: io::Error,
    },
}

/// A position in an input.
///
/// See [`Error`] for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Position {
    /// An offset in bytes.
    Byte(u64),
    /// A line and column of a text.
    #[non_exhaustive]
    Line {
        /// The number of the line, from 1.
        line: u64,
        /// The number of the byte in the line, from 1.
        column: u64,
    },
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Byte(at) => write!(f, "byte {at}"),
            Self::Line { line, column } => write!(f, "line {line}, column {column}"),
        }
    }
}
