//! The command line.

use std::env;
use std::path::PathBuf;

pub(crate) const USAGE: &str = "\
Usage: batch-job [--gateway ADDR] [--label NAME=VALUE]... [--retries N] FILE...
       batch-job [--gateway ADDR] [--label NAME=VALUE]... --forget

Imports rows such as `apples,3`, and tells a Pushgateway how that went.

  --gateway ADDR       the Pushgateway (default: localhost:9091)
  --label NAME=VALUE   tells this job from others of its name; may be given more than once
  --retries N          how often to try again while the Pushgateway is down (default: 3)
  --forget             deletes what the Pushgateway knows of this job
  --help               this text";

/// The arguments of the program.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Args {
    pub(crate) help: bool,
    pub(crate) forget: bool,
    pub(crate) gateway: String,
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) retries: u32,
    pub(crate) files: Vec<PathBuf>,
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
            forget: false,
            gateway: "localhost:9091".to_owned(),
            labels: Vec::new(),
            retries: 3,
            files: Vec::new(),
        };
        while let Some(arg) = given.next() {
            let mut value = || {
                given
                    .next()
                    .ok_or_else(|| format!("{arg} needs a value behind it"))
            };
            match arg.as_str() {
                "--help" | "-h" => args.help = true,
                "--forget" => args.forget = true,
                "--gateway" => args.gateway = value()?,
                "--label" => args.labels.push(label(&value()?)?),
                "--retries" => args.retries = number(&value()?)?,
                _ if arg.starts_with('-') => {
                    return Err(format!("unknown argument {arg:?}\n\n{USAGE}"));
                }
                _ => args.files.push(arg.into()),
            }
        }
        if args.files.is_empty() == (args.forget || args.help) {
            Ok(args)
        } else {
            Err(format!("either --forget or files\n\n{USAGE}"))
        }
    }
}

fn label(given: &str) -> Result<(String, String), String> {
    match given.split_once('=') {
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None => Err(format!("{given:?} is no label: NAME=VALUE")),
    }
}

fn number(given: &str) -> Result<u32, String> {
    given.parse().map_err(|_| format!("{given:?} is no number"))
}
