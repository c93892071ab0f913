//! Plays the cases of a corpus, family by family.

use std::panic;
use std::path::Path;

use serde_json::Value;

use crate::corpus::{Corpus, Header, Source, has_bytes};
use crate::known::Known;
use crate::outcome::{Outcome, Rule};
use crate::{CaseResult, Error, Family, Line, Verdict, lint, scenario, table, textparse};

/// Plays cases and judges them by `known_differences.md`.
#[derive(Debug)]
pub struct Runner {
    corpus: Corpus,
    known: Known,
    foreign: bool,
}

impl Runner {
    /// Opens the corpus in `dir`, or the one of this crate.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] if there is no such folder; [`Error::Empty`] if it has no cases; [`Error::Known`] if the list of known differences is invalid.
    pub fn new(dir: Option<&Path>) -> Result<Self, Error> {
        let own = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus"));
        Ok(Self {
            corpus: Corpus::open(dir.unwrap_or(own))?,
            known: Known::parse(include_str!("../known_differences.md"))?,
            foreign: dir.is_some_and(|dir| dir.canonicalize().ok() != own.canonicalize().ok()),
        })
    }

    /// Plays the cases of a family, and returns a line for it, then one for each output that is counted separately.
    #[must_use]
    pub fn run(&self, family: Family) -> Vec<Line> {
        let cases = match self.corpus.cases(family) {
            Ok(cases) => cases,
            Err(error) => {
                let result = CaseResult::new("-", failed(&error));
                return vec![Line::new(family.name(), vec![result])];
            }
        };
        let result = |case: &Source| CaseResult::new(&case.name, self.verdict(family, case));
        let mut results: Vec<_> = cases.iter().map(result).collect();
        results.extend(self.missing(family, &cases));
        vec![Line::new(family.name(), results)]
    }

    fn verdict(&self, family: Family, case: &Source) -> Verdict {
        let id = format!("{family}/{}", case.name);
        match panic::catch_unwind(|| play(family, case)) {
            Ok(Ok(outcome)) => self.known.judge(&id, outcome, self.foreign),
            Ok(Err(error)) => failed(&error),
            Err(_) => Verdict::Failed(vec!["the library or the runner panicked".to_owned()]),
        }
    }

    /// Returns a failure for each case that `known_differences.md` names but our corpus lacks.
    fn missing(&self, family: Family, cases: &[Source]) -> Vec<CaseResult> {
        if self.foreign {
            return Vec::new();
        }
        let present: Vec<_> = cases
            .iter()
            .map(|case| format!("{family}/{}", case.name))
            .collect();
        let missing = self.known.missing(family.name(), &present);
        let message = "known_differences.md names it, and it is not in the corpus";
        let result = |case: &String| {
            let name = case.split_once('/').map_or(case.as_str(), |(_, name)| name);
            CaseResult::new(name, Verdict::Failed(vec![message.to_owned()]))
        };
        missing.iter().map(result).collect()
    }
}

fn play(family: Family, case: &Source) -> Result<Outcome, Error> {
    let play = match family {
        Family::Floats => table::float,
        Family::Names => table::name,
        Family::Buckets => table::bucket,
        Family::Negotiate => table::negotiate,
        Family::Exposition
        | Family::Errors
        | Family::Graphite
        | Family::Promhttp
        | Family::Testutil => scenario::play,
        Family::Push => scenario::play_push,
        Family::Promlint => lint::play,
        // Parsers accept any bytes.
        Family::Textparse => return textparse::play(case),
    };
    let Header {
        requires_invalid_utf8,
    } = case.parse()?;
    if !requires_invalid_utf8 {
        return play(case);
    }
    if has_bytes(&case.parse::<Value>()?) {
        Ok(Outcome::under_rule(Rule::NotUtf8))
    } else {
        Ok(Outcome::broken(
            "requires_invalid_utf8, but every string is UTF-8",
        ))
    }
}

fn failed(error: &Error) -> Verdict {
    Verdict::Failed(vec![error.with_cause()])
}
