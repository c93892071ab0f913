use std::ffi::OsString;

use crate::source::Source;

pub(crate) const USAGE: &str = "\
Usage: promlint [--format FORMAT] [SOURCE]

Says what could be better about the metrics of a program.

  SOURCE           a file with metrics in the text format or OpenMetrics, or the URL
                   http://HOST:PORT/PATH of a program that runs (default: standard input)
  --format FORMAT  text: a line for each problem, the metric first (default)
                   json: a list of objects with the keys \"metric\" and \"text\"
  --help           this text

Exit status: 0 if there is no problem, 1 if there is one, 2 if the metrics cannot be read.
";

/// The arguments of the command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Args {
    pub(crate) format: Format,
    pub(crate) source: Source,
}

/// The format of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Text,
}

/// Parses the command line; returns `None` if the user wants help, and a message for the user as an error.
pub(crate) fn parse(mut given: impl Iterator<Item = OsString>) -> Result<Option<Args>, String> {
    let (mut format, mut source) = (Format::Text, None);
    while let Some(arg) = given.next() {
        let text = arg.to_string_lossy();
        match text.split_once('=') {
            Some(("--format", value)) => format = self::format(value)?,
            _ if text == "--format" => {
                let value = given.next().ok_or("--format needs a format behind it")?;
                format = self::format(&value.to_string_lossy())?;
            }
            _ if text == "--help" || text == "-h" => return Ok(None),
            _ if text.starts_with("--") => return Err(format!("unknown argument {text:?}")),
            _ if source.is_some() => return Err(format!("one source is enough: {text:?}")),
            _ if text.starts_with("https://") => {
                return Err(format!(
                    "there is no TLS here: pipe the output of `curl {text}`"
                ));
            }
            _ => source = Some(Source::new(arg)),
        }
    }
    let source = source.unwrap_or(Source::Stdin);
    Ok(Some(Args { format, source }))
}

fn format(name: &str) -> Result<Format, String> {
    match name {
        "json" => Ok(Format::Json),
        "text" => Ok(Format::Text),
        _ => Err(format!("unknown format {name:?}")),
    }
}
