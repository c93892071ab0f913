//! The table and the JSON.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use crate::compare::best;
use crate::row::{Also, Role};

/// The result of one row.
#[derive(Debug, Serialize)]
pub(crate) struct Outcome {
    pub(crate) row: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) bound: f64,
    /// The ratio of ours to the best peer; `None` if the bound is absolute.
    pub(crate) ratio: Option<f64>,
    /// The second bound, if there is one, and our value for it.
    pub(crate) also: Option<(Also, f64)>,
    /// Whether this is a second measurement, because the first one exceeded the bound.
    pub(crate) again: bool,
    /// Candidates left out because of `--quick`.
    pub(crate) skipped: Vec<&'static str>,
    pub(crate) candidates: Vec<Measured>,
    /// Further notes, one line each.
    pub(crate) notes: Vec<String>,
}

/// The result of one candidate.
#[derive(Debug, Serialize)]
pub(crate) struct Measured {
    pub(crate) who: &'static str,
    pub(crate) role: Role,
    pub(crate) median: f64,
    /// Whether the threads did not get their cores in most of the rounds.
    pub(crate) noisy: bool,
    pub(crate) rounds: Vec<f64>,
}

impl Outcome {
    /// Reports whether the row exceeds its bound; a row without measurements does.
    pub(crate) fn over(&self) -> bool {
        let ours = best(&self.candidates, Role::Ours).map_or(f64::NAN, |ours| ours.median);
        let value = self.ratio.unwrap_or(ours);
        let is_over = |value: f64, bound: f64| value.is_nan() || value > bound;
        is_over(value, self.bound)
            || self
                .also
                .is_some_and(|(also, value)| is_over(value, also.bound()))
    }

    fn noisy(&self) -> bool {
        self.candidates
            .iter()
            .any(|c| c.noisy && c.role != Role::Limit)
    }
}

impl Also {
    const fn bound(self) -> f64 {
        match self {
            Self::Nanoseconds(bound) | Self::MedianPeer(bound) => bound,
        }
    }

    const fn what(self) -> &'static str {
        match self {
            Self::Nanoseconds(_) => "and in nanoseconds",
            Self::MedianPeer(_) => "and of the peer in the middle",
        }
    }
}

pub(crate) fn head(out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "{:<52} {:>9}  {:<37} {:>6} {:>6}  {:<7} limit",
        "row", "ours", "best peer", "ratio", "bound", ""
    )
}

pub(crate) fn line(out: &mut impl Write, outcome: &Outcome, all: bool) -> io::Result<()> {
    let named = |role| {
        best(&outcome.candidates, role).map_or_else(
            || "-".to_owned(),
            |c| format!("{} {}", number(c.median), c.who),
        )
    };
    let ours = best(&outcome.candidates, Role::Ours).map_or(f64::NAN, |ours| ours.median);
    let ratio = outcome
        .ratio
        .map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.3}"));
    let mut verdict = if outcome.over() {
        "OVER".to_owned()
    } else {
        "ok".to_owned()
    };
    verdict.push_str(if outcome.again { "²" } else { "" });
    verdict.push_str(if outcome.noisy() { "~" } else { "" });
    writeln!(
        out,
        "{:<52} {:>9}  {:<37} {ratio:>6} {:>6}  {verdict:<7} {}",
        outcome.row,
        number(ours),
        named(Role::Peer),
        outcome.bound,
        named(Role::Limit),
    )?;
    if let Some((also, value)) = outcome.also {
        let (what, bound) = (also.what(), also.bound());
        writeln!(out, "  {what:<98} {value:>9.3} {bound:>6}")?;
    }
    for note in &outcome.notes {
        writeln!(out, "  {note}")?;
    }
    for c in outcome.candidates.iter().filter(|_| all) {
        let role = format!("{:?}", c.role).to_lowercase();
        let noisy = if c.noisy { " ~" } else { "" };
        writeln!(
            out,
            "    {role:<5} {:<42} {:>9}{noisy}",
            c.who,
            number(c.median)
        )?;
    }
    out.flush()
}

pub(crate) fn foot(out: &mut impl Write, outcomes: &[Outcome]) -> io::Result<()> {
    writeln!(
        out,
        "\nMedians in ns a call (heap: bytes a series), the same rounds for everybody; \
         the ratio is the median of the rounds' ratios.\n\
         ²: was over, measured again with twice the rounds, and this is the second result. \
         ~: the threads seldom had their cores to themselves."
    )?;
    for outcome in outcomes.iter().filter(|o| !o.skipped.is_empty()) {
        let who = outcome.skipped.join(", ");
        writeln!(
            out,
            "Left out of {:?} by --quick, since they cannot be the best: {who}.",
            outcome.row
        )?;
    }
    let over: Vec<&str> = outcomes
        .iter()
        .filter(|o| o.over())
        .map(|o| o.row)
        .collect();
    if over.is_empty() {
        writeln!(out, "All {} rows are within their bounds.", outcomes.len())
    } else {
        writeln!(out, "OVER: {}", over.join("; "))
    }
}

pub(crate) fn json(file: &Path, outcomes: &[Outcome], quick: bool) -> io::Result<()> {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let rows: Vec<_> = outcomes
        .iter()
        .map(|outcome| {
            let mut row = serde_json::to_value(outcome)?;
            row["over"] = outcome.over().into();
            for (key, role) in [
                ("ours", Role::Ours),
                ("best_peer", Role::Peer),
                ("limit", Role::Limit),
            ] {
                row[key] = serde_json::to_value(
                    best(&outcome.candidates, role).map(|c| (c.who, c.median)),
                )?;
            }
            Ok(row)
        })
        .collect::<serde_json::Result<_>>()?;
    let all = serde_json::json!({
        "cpu": model.map(|(_, name)| name),
        "threads": std::thread::available_parallelism().map_or(0, usize::from),
        "quick": quick,
        "rows": rows,
    });
    fs::write(file, format!("{all:#}\n"))
}

/// Formats a value with about three significant digits.
fn number(value: f64) -> String {
    match value {
        v if v < 10.0 => format!("{v:.2}"),
        v if v < 100.0 => format!("{v:.1}"),
        v => format!("{v:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(ratio: f64) -> Outcome {
        let measured = |who, role, median| Measured {
            who,
            role,
            median,
            noisy: false,
            rounds: vec![median],
        };
        Outcome {
            row: "counter inc, 1 thread",
            unit: "ns",
            bound: 0.45,
            ratio: Some(ratio),
            also: None,
            again: false,
            skipped: Vec::new(),
            notes: Vec::new(),
            candidates: vec![
                measured("ours", Role::Ours, 1.9),
                measured("slow", Role::Peer, 60.0),
                measured("fast", Role::Peer, 6.5),
                measured("load + store", Role::Limit, 1.7),
            ],
        }
    }

    #[test]
    fn a_line_names_the_best_peer_and_the_limit() {
        let mut out = Vec::new();
        line(&mut out, &outcome(0.29), false).unwrap();
        let words: Vec<String> = String::from_utf8(out)
            .unwrap()
            .split_whitespace()
            .map(Into::into)
            .collect();
        assert_eq!(
            words.join(" "),
            "counter inc, 1 thread 1.90 6.50 fast 0.290 0.45 ok 1.70 load + store"
        );
    }

    #[test]
    fn a_row_over_its_bound_is_named() {
        let mut out = Vec::new();
        foot(&mut out, &[outcome(0.29), outcome(0.46)]).unwrap();
        assert!(
            String::from_utf8(out)
                .unwrap()
                .ends_with("OVER: counter inc, 1 thread\n")
        );
        assert!(outcome(f64::NAN).over(), "nothing measured is not within");
    }

    #[test]
    fn a_row_is_over_if_its_second_bound_is() {
        let with = |also, value| Outcome {
            also: Some((also, value)),
            ..outcome(0.29)
        };
        assert!(!with(Also::Nanoseconds(6.0), 6.0).over());
        assert!(with(Also::Nanoseconds(6.0), 6.1).over());
        assert!(with(Also::MedianPeer(0.25), 0.26).over());
        let mut out = Vec::new();
        line(&mut out, &with(Also::MedianPeer(0.25), 0.26), false).unwrap();
        let text = String::from_utf8(out).unwrap();
        let words: Vec<&str> = text.lines().nth(1).unwrap().split_whitespace().collect();
        assert_eq!(words.join(" "), "and of the peer in the middle 0.260 0.25");
    }
}
