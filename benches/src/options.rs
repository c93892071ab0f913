//! The command line of the comparison.

use std::path::PathBuf;
use std::time::Duration;

use crate::row::Row;
use crate::rows::ROWS;
use crate::sample::Effort;

pub(crate) const USAGE: &str = "\
usage: cargo xtask bench [--quick] [--all] [--json FILE] [FILTER]
  --quick      fewer rounds, and no peer that needs seconds for one scrape: under 4 minutes
  --all        print every candidate, not only ours and the best peer
  --json FILE  write everything that was measured as JSON
  FILTER       only the rows whose name contains this";

/// The arguments of the comparison.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Options {
    pub(crate) quick: bool,
    pub(crate) all: bool,
    pub(crate) json: Option<PathBuf>,
    filter: Option<String>,
}

impl Options {
    /// Parses the arguments; the error is a message for the user.
    pub(crate) fn parse(args: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self::default();
        let mut args = args;
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--quick" => options.quick = true,
                "--all" => options.all = true,
                "--json" => {
                    let file = args.next().ok_or("--json needs the name of a file")?;
                    options.json = Some(file.into());
                }
                flag if flag.starts_with('-') => return Err(format!("unknown option {flag:?}")),
                filter if options.filter.is_none() => options.filter = Some(filter.to_lowercase()),
                second => return Err(format!("one filter at most, and {second:?} is the second")),
            }
        }
        if options.rows().next().is_none() {
            let filter = options.filter.unwrap_or_default();
            return Err(format!("no row's name contains {filter:?}"));
        }
        Ok(options)
    }

    /// Returns the rows to measure.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &'static Row> {
        let filter = self.filter.clone().unwrap_or_default();
        ROWS.iter()
            .filter(move |row| row.name.to_lowercase().contains(&filter))
    }

    /// Returns the effort for a call of nanoseconds.
    pub(crate) const fn calls(&self) -> Effort {
        if self.quick {
            Effort {
                rounds: 9,
                batches: 5,
                batch: Duration::from_millis(2),
            }
        } else {
            Effort {
                rounds: 21,
                batches: 9,
                batch: Duration::from_millis(4),
            }
        }
    }

    /// Returns the effort for work of tens of milliseconds that can be done only once.
    pub(crate) const fn creations(&self) -> Effort {
        Effort {
            rounds: if self.quick { 5 } else { 9 },
            batches: if self.quick { 1 } else { 2 },
            batch: Duration::ZERO,
        }
    }

    /// Returns the effort for a scrape of micro- to milliseconds.
    pub(crate) const fn scrapes(&self) -> Effort {
        if self.quick {
            Effort {
                rounds: 5,
                batches: 20,
                batch: Duration::from_millis(2),
            }
        } else {
            Effort {
                rounds: 9,
                batches: 25,
                batch: Duration::from_millis(4),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Options, String> {
        Options::parse(args.iter().map(|&arg| arg.to_owned()))
    }

    #[test]
    fn a_filter_chooses_rows_whatever_the_case() {
        let options = parse(&["--quick", "Gauge"]).unwrap();
        assert!(options.quick);
        assert_eq!(
            options.rows().map(|row| row.name).collect::<Vec<_>>(),
            ["gauge set, 1 thread"]
        );
    }

    #[test]
    fn mistakes_are_named() {
        let message = |args: &[&str]| parse(args).unwrap_err();
        assert_eq!(message(&["--fast"]), r#"unknown option "--fast""#);
        assert_eq!(message(&["--json"]), "--json needs the name of a file");
        assert_eq!(message(&["nothing"]), r#"no row's name contains "nothing""#);
        assert_eq!(
            message(&["a", "b"]),
            r#"one filter at most, and "b" is the second"#
        );
    }
}
