//! Parsers.

mod fault; // Errors in a line.
mod labels; // The labels of a line.
mod limits; // Limits of a parser.
mod lines; // Splits an input into lines.
mod list; // Short lists.
mod number; // Numbers as Go reads them.
mod time; // Seconds.

mod cursor; // Tokens.
mod shape; // What a line shares with the previous one.

mod openmetrics; // OpenMetrics 1.0.
mod protobuf; // Delimited messages.
mod text; // Text format 0.0.4.

pub use self::limits::Limits;
pub use self::openmetrics::{OpenMetricsParser, parse_openmetrics};
pub use self::protobuf::{ProtobufParser, parse_protobuf};
pub use self::text::{NameValidation, TextParser, parse_text};
