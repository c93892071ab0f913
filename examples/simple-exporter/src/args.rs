//! The command line.

use std::env;
use std::path::PathBuf;

pub(crate) const USAGE: &str = "\
Usage: simple-exporter [--listen ADDR] [--meminfo FILE]

  --listen ADDR    where to listen, such as 127.0.0.1:9199; port 0 picks a free one
                   (default: 0.0.0.0:9199)
  --meminfo FILE   what to read (default: /proc/meminfo)
  --help           this text";

/// The arguments of the program.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Args {
    pub(crate) help: bool,
    pub(crate) listen: String,
    pub(crate) meminfo: PathBuf,
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
            listen: "0.0.0.0:9199".to_owned(),
            meminfo: PathBuf::from("/proc/meminfo"),
        };
        while let Some(arg) = given.next() {
            let mut value = || {
                given
                    .next()
                    .ok_or_else(|| format!("{arg} needs a value behind it"))
            };
            match arg.as_str() {
                "--help" | "-h" => args.help = true,
                "--listen" => args.listen = value()?,
                "--meminfo" => args.meminfo = value()?.into(),
                _ => return Err(format!("unknown argument {arg:?}\n\n{USAGE}")),
            }
        }
        Ok(args)
    }
}
