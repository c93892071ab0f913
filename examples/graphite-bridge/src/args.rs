//! The command line.

use std::env;
use std::time::Duration;

pub(crate) const USAGE: &str = "\
Usage: graphite-bridge [--interval SECONDS] [--tags] ADDR

Counts the lines of a log by their level, and sends the counts to Graphite.

  ADDR                 where Graphite takes plain text, such as graphite.example:2003
  --interval SECONDS   how often to send (default: 15)
  --tags               sends labels as tags, not as parts of the path
  --help               this text";

/// The arguments of the program.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Args {
    pub(crate) help: bool,
    pub(crate) address: String,
    pub(crate) interval: Duration,
    pub(crate) tags: bool,
}

impl Args {
    /// Parses the command line; the error is a message for the user.
    pub(crate) fn from_env() -> Result<Self, String> {
        Self::parse(
            env::args_os()
                .skip(1)
                .map(|arg| arg.to_string_lossy().into_owned()),
        )
    }

    fn parse(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut args = Self {
            help: false,
            address: String::new(),
            interval: Duration::from_secs(15),
            tags: false,
        };
        while let Some(arg) = given.next() {
            match arg.as_str() {
                "--help" | "-h" => args.help = true,
                "--tags" => args.tags = true,
                "--interval" => {
                    let seconds = given.next().and_then(|seconds| seconds.parse().ok());
                    let seconds = seconds.ok_or("--interval needs a number behind it")?;
                    args.interval = Duration::from_secs(seconds);
                }
                _ if arg.starts_with('-') => {
                    return Err(format!("unknown argument {arg:?}\n\n{USAGE}"));
                }
                _ => args.address = arg,
            }
        }
        Ok(args)
    }
}
