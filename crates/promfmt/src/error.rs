use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why metrics were not written or read.
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
    /// Something was left out while gathering; nothing was written.
    #[error("cannot gather all metrics: {}", promcore::Error::list(.0))]
    Gather(Vec<promcore::Error>),
    /// The input is longer, or has more of something, than the [`Limits`](crate::Limits) allow.
    #[error("cannot parse metrics at {at}: {message}")]
    Limit {
        /// Where the limit was passed.
        at: Position,
        /// Which limit that is.
        message: String,
    },
    /// The input is not what its format demands.
    #[error("cannot parse metrics at {at}: {message}")]
    Parse {
        /// Where.
        at: Position,
        /// What is there; for the text format, in the words of the Go client.
        message: String,
    },
    /// The input could not be read.
    #[error("cannot read metrics")]
    Read(#[source] io::Error),
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

/// A place in an input.
///
/// See [`Error`] for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Position {
    /// A place among bytes: how many stand before.
    Byte(u64),
    /// A place in a text.
    #[non_exhaustive]
    Line {
        /// The number of the line, from 1.
        line: u64,
        /// The number of the byte in it, from 1.
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
