//! Counts the instructions of the hottest operations, and compares them with recorded counts.
//!
//! Unlike times, they are the same on a busy machine, so CI can check them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::metadata;
use crate::run::{self, Exit};

/// What to do with the counts besides printing them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mode {
    Show,
    /// Fail if a count is too high.
    Check,
    /// Record them.
    Write,
}

/// Relative to the root of the workspace.
const RECORD: &str = "benches/instructions/counts.txt";

const HEAD: &str = "\
# Instructions of one operation with its loop, on x86-64 as valgrind counts them.
# Written by `cargo xtask instructions --write`; CI allows 5 % more.
";

/// The relative margin: a larger increase is a failure, and a larger decrease should be recorded.
const MARGIN: f64 = 0.05;

/// The numbers of repetitions in the two runs of an operation, whose difference cancels the setup.
const TIMES: [u64; 2] = [10_000, 110_000];

/// An operation and the instructions that it takes.
type Count = (String, f64);

/// Counts all operations.
pub(crate) fn run(mode: Mode) -> Result<()> {
    let valgrind = valgrind()?;
    run::succeed(&mut run::cargo([
        "build",
        "--quiet",
        "--profile",
        "bench",
        "--package",
        "instructions",
    ]))?;
    let program = metadata::read()?.target.join("release/instructions");
    let operations = run::output(&mut Command::new(&program))?;
    let counts: Vec<Count> = operations
        .lines()
        .map(|operation| Ok((operation.to_owned(), count(&valgrind, &program, operation)?)))
        .collect::<Result<_>>()?;

    let file = run::root().join(RECORD);
    if mode == Mode::Write {
        return fs::write(&file, record(&counts)).with_context(|| format!("cannot write {RECORD}"));
    }
    let recorded = fs::read_to_string(&file).with_context(|| format!("cannot read {RECORD}"))?;
    let verdicts = compare(&counts, &recorded)?;
    for (verdict, (operation, count)) in verdicts.iter().zip(&counts) {
        println!("{operation:40} {count:8.1}  {}", verdict.shown());
    }
    if verdicts.iter().any(|v| matches!(v, Verdict::Less(_))) {
        println!("some take less than recorded: run `cargo xtask instructions --write`");
    }
    if mode == Mode::Check && verdicts.iter().any(|verdict| verdict.fails()) {
        bail!("some operations take more instructions than {RECORD} allows, or are not in it");
    }
    Ok(())
}

fn valgrind() -> Result<PathBuf> {
    run::find("valgrind").ok_or_else(|| {
        let message = "valgrind is not there: install the Debian package `valgrind`".to_owned();
        Exit { status: 2, message }.into()
    })
}

/// Returns the instructions of one operation.
fn count(valgrind: &Path, program: &Path, operation: &str) -> Result<f64> {
    let [few, many] = TIMES.map(|times| {
        let output = Command::new(valgrind)
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(program)
            .args([operation, &times.to_string()])
            .output()
            .with_context(|| format!("cannot start {}", valgrind.display()))?;
        let text = String::from_utf8_lossy(&output.stderr);
        match collected(&text) {
            Some(all) if output.status.success() => Ok(all),
            _ => bail!("valgrind could not count {operation:?}:\n{text}"),
        }
    });
    let more = many?.saturating_sub(few?);
    Ok(more as f64 / (TIMES[1] - TIMES[0]) as f64)
}

/// Finds the total in the output of valgrind: `==42== Collected : 503053`.
fn collected(text: &str) -> Option<u64> {
    text.lines()
        .find_map(|line| line.split_once("Collected : "))
        .and_then(|(_, count)| count.trim().parse().ok())
}

fn record(counts: &[Count]) -> String {
    let mut text = HEAD.to_owned();
    for (operation, count) in counts {
        writeln!(text, "{operation:40} {count:8.1}").expect("writing to a string cannot fail");
    }
    text
}

/// The result of comparing a count with the recorded one, with the relative change.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Verdict {
    Within(f64),
    More(f64),
    Less(f64),
    New,
}

impl Verdict {
    fn of(count: f64, recorded: f64) -> Self {
        match count / recorded - 1.0 {
            change if change > MARGIN => Self::More(change),
            change if change < -MARGIN => Self::Less(change),
            change => Self::Within(change),
        }
    }

    const fn fails(self) -> bool {
        matches!(self, Self::More(_) | Self::New)
    }

    fn shown(self) -> String {
        match self {
            Self::Within(change) => format!("{:+5.1} %", change * 100.0),
            Self::More(change) => format!("{:+5.1} %  OVER", change * 100.0),
            Self::Less(change) => format!("{:+5.1} %  less", change * 100.0),
            Self::New => "not recorded".to_owned(),
        }
    }
}

/// Compares each count with the record.
fn compare(counts: &[Count], recorded: &str) -> Result<Vec<Verdict>> {
    let recorded: Vec<Count> = recorded
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let (operation, count) = line
                .rsplit_once(' ')
                .with_context(|| format!("no count in {line:?} of {RECORD}"))?;
            let count = count
                .parse()
                .with_context(|| format!("no number in {line:?} of {RECORD}"))?;
            Ok((operation.trim_end().to_owned(), count))
        })
        .collect::<Result<_>>()?;
    let is_counted = |known: &&Count| counts.iter().any(|count| count.0 == known.0);
    if let Some((gone, _)) = recorded.iter().find(|known| !is_counted(known)) {
        bail!("{RECORD} has {gone:?}, which is no operation any more: drop it");
    }
    let verdict = |(operation, count): &Count| {
        let known = recorded.iter().find(|known| known.0 == *operation);
        known.map_or(Verdict::New, |known| Verdict::of(*count, known.1))
    };
    Ok(counts.iter().map(verdict).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_sum_among_what_valgrind_says() {
        let text = "==7== Events    : Ir\n==7== Collected : 503053\n==7== \n==7== I   refs:      503,053\n";
        assert_eq!(collected(text), Some(503_053));
        assert_eq!(collected("==7== Command: instructions\n"), None);
    }

    #[test]
    fn five_percent_more_are_allowed() {
        let check = |count, shown, fails| {
            let recorded = record(&[("gauge set".to_owned(), 20.0)]);
            let verdicts = compare(&[("gauge set".to_owned(), count)], &recorded).unwrap();
            assert_eq!(verdicts[0].shown(), shown);
            assert_eq!(verdicts[0].fails(), fails, "{count}");
        };
        check(20.0, " +0.0 %", false);
        check(20.9, " +4.5 %", false);
        check(21.1, " +5.5 %  OVER", true);
        check(18.9, " -5.5 %  less", false);
    }

    #[test]
    fn what_is_not_recorded_fails() {
        let counts = [("gauge add".to_owned(), 20.0)];
        let verdicts = compare(&counts, "# text\n").unwrap();
        assert_eq!(verdicts, [Verdict::New]);
        assert!(verdicts[0].fails());
        let error = compare(&counts, "gauge set   many\n").unwrap_err();
        let expected = format!("no number in \"gauge set   many\" of {RECORD}");
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn what_is_no_operation_any_more_is_no_record() {
        let error = compare(&[], "gauge set   20.0\n").unwrap_err();
        let expected =
            format!("{RECORD} has \"gauge set\", which is no operation any more: drop it");
        assert_eq!(error.to_string(), expected);
    }
}
