//! The comparison: rounds of paired samples, and their evaluation.
//!
//! The speed of a machine varies over minutes, so every round takes one sample of each candidate.
//! The ratio is the median of the ratios of the rounds, whose samples are taken shortly after each other.

use std::io::{self, Write};
use std::process::ExitCode;

use crate::crew::Crew;
use crate::heap;
use crate::labels::pairs;
use crate::load;
use crate::options::{Options, USAGE};
use crate::report::{self, Measured, Outcome};
use crate::row::{Also, By, Candidate, History, MakeFill, MakeOp, MakeSeries, Role, Row, Work};
use crate::sample::{Effort, Runner, Sample, median};
use crate::suite::scrape;

/// Measures the rows that the arguments select, prints the table, and fails if a row exceeds its bound.
pub fn compare(args: impl Iterator<Item = String>) -> ExitCode {
    let answer = Options::parse(args)
        .map_err(|mistake| format!("{mistake}\n{USAGE}"))
        .and_then(|options| run(&options));
    match answer {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            // Ignore a closed stderr.
            let _ = writeln!(io::stderr(), "{message}");
            ExitCode::from(2)
        }
    }
}

/// Returns whether all rows are within their bounds.
fn run(options: &Options) -> Result<bool, String> {
    let mut out = io::stdout();
    let cannot_print = |e: io::Error| format!("cannot print the table: {e}");
    report::head(&mut out).map_err(cannot_print)?;
    let mut outcomes = Vec::new();
    for row in options.rows() {
        let outcome = measure(row, options).map_err(|e| format!("{}: {e}", row.name))?;
        report::line(&mut out, &outcome, options.all).map_err(cannot_print)?;
        outcomes.push(outcome);
    }
    report::foot(&mut out, &outcomes).map_err(cannot_print)?;
    if let Some(file) = &options.json {
        report::json(file, &outcomes, options.quick)
            .map_err(|e| format!("cannot write {file:?}: {e}"))?;
    }
    Ok(!outcomes.iter().any(Outcome::over))
}

fn measure(row: &'static Row, options: &Options) -> Result<Outcome, String> {
    match row.work {
        Work::Calls { by, candidates } => Ok(calls(row, by, candidates, options.calls())),
        Work::Scrape { series, candidates } => {
            let (now, skipped) = candidates
                .iter()
                .partition::<Vec<_>, _>(|c| !options.quick || series < c.slow_from);
            let mut outcome = scrapes(row, series, &now, options.scrapes());
            outcome.skipped = skipped.iter().map(|c| c.who).collect();
            Ok(outcome)
        }
        Work::Create { series, candidates } => {
            Ok(creations(row, series, candidates, options.creations()))
        }
        Work::Load { shows } => Ok(load::measure(row, shows, options.quick)),
        Work::Heap { candidates, .. } => bytes(row, candidates, options),
    }
}

/// A candidate and its samples.
struct Entrant<R> {
    who: &'static str,
    role: Role,
    runner: R,
    samples: Vec<Sample>,
}

fn calls(row: &Row, by: By, candidates: &[Candidate<MakeOp>], effort: Effort) -> Outcome {
    let crew = Crew::new(by);
    let entrants = candidates.iter().map(|c| {
        let op = crew.prepare(by, c.make);
        let runner = Runner::new(op, &crew, effort.batch);
        Entrant {
            who: c.who,
            role: c.role,
            runner,
            samples: Vec::new(),
        }
    });
    contest(row, entrants.collect(), effort, 1.0, |runner| match by {
        By::Together(_) => runner.together(&crew, effort),
        By::Maker | By::Other | By::Survivor => runner.alone(&crew, effort),
    })
}

fn scrapes(
    row: &Row,
    series: usize,
    candidates: &[&Candidate<MakeSeries>],
    effort: Effort,
) -> Outcome {
    let entrants = candidates.iter().map(|c| {
        let op = scrape((c.make)(series));
        let runner = Runner::new(op, &Crew::default(), effort.batch);
        Entrant {
            who: c.who,
            role: c.role,
            runner,
            samples: Vec::new(),
        }
    });
    contest(row, entrants.collect(), effort, series as f64, |runner| {
        runner.whole(effort)
    })
}

fn creations(
    row: &Row,
    series: usize,
    candidates: &[Candidate<MakeFill>],
    effort: Effort,
) -> Outcome {
    let pairs = pairs(series);
    let entrants = candidates.iter().map(|c| Entrant {
        who: c.who,
        role: c.role,
        runner: c.make,
        samples: Vec::new(),
    });
    contest(row, entrants.collect(), effort, series as f64, |make| {
        Runner::once(*make, |fill| fill(&pairs), effort)
    })
}

/// Runs the rounds; a row that seems to exceed its bound gets twice as many new rounds, which decide.
fn contest<R>(
    row: &Row,
    mut entrants: Vec<Entrant<R>>,
    effort: Effort,
    per: f64,
    sample: impl Fn(&mut R) -> Sample,
) -> Outcome {
    let mut rounds = |count: usize| {
        for entrant in &mut entrants {
            entrant.samples.clear();
        }
        for _ in 0..count {
            for entrant in &mut entrants {
                let mut taken = sample(&mut entrant.runner);
                taken.ns /= per;
                entrant.samples.push(taken);
            }
            take_off_base(&mut entrants);
        }
        judge(row, &entrants)
    };
    let first = rounds(effort.rounds);
    if !first.over() {
        return first;
    }
    let mut second = rounds(effort.rounds * 2);
    second.again = true;
    second
}

/// Subtracts the base, which is the work that all entrants share, from the samples of the last round.
fn take_off_base<R>(entrants: &mut [Entrant<R>]) {
    let base = entrants.iter().find(|entrant| entrant.role == Role::Base);
    let Some(base) = base.and_then(|base| base.samples.last().copied()) else {
        return;
    };
    let others = entrants.iter_mut().filter(|it| it.role != Role::Base);
    for sample in others.filter_map(|entrant| entrant.samples.last_mut()) {
        sample.ns -= base.ns;
    }
}

fn judge<R>(row: &Row, entrants: &[Entrant<R>]) -> Outcome {
    let candidates: Vec<Measured> = entrants
        .iter()
        .map(|entrant| Measured {
            who: entrant.who,
            role: entrant.role,
            median: clean_median(entrant.samples.iter().copied()),
            noisy: entrant.samples.iter().filter(|s| s.clean).count() * 2 < entrant.samples.len(),
            rounds: entrant.samples.iter().map(|sample| sample.ns).collect(),
        })
        .collect();
    let samples = |role| {
        let who = best(&candidates, role).map(|c| c.who);
        let entrant = entrants.iter().find(|e| Some(e.who) == who);
        entrant.map_or(&[][..], |e| &e.samples)
    };
    let ratios = samples(Role::Ours).iter().zip(samples(Role::Peer));
    let ratio = clean_median(ratios.map(|(ours, theirs)| Sample {
        ns: ours.ns / theirs.ns,
        clean: ours.clean && theirs.clean,
    }));
    Outcome {
        row: row.name,
        unit: "ns",
        bound: row.bound,
        ratio: Some(ratio),
        also: row.also.map(|also| (also, also.value(&candidates))),
        again: false,
        skipped: Vec::new(),
        notes: Vec::new(),
        candidates,
    }
}

/// Returns the median of the clean samples if there are three of them, and of all otherwise.
fn clean_median(samples: impl Iterator<Item = Sample> + Clone) -> f64 {
    let mut clean: Vec<f64> = samples.clone().filter(|s| s.clean).map(|s| s.ns).collect();
    if clean.len() >= 3 {
        return median(&mut clean);
    }
    median(&mut samples.map(|sample| sample.ns).collect::<Vec<_>>())
}

/// Returns the candidate of that role with the lowest median.
pub(crate) fn best(candidates: &[Measured], role: Role) -> Option<&Measured> {
    candidates
        .iter()
        .filter(|c| c.role == role)
        .min_by(|a, b| a.median.total_cmp(&b.median))
}

/// Returns the median of the peers' medians.
fn middle_peer(candidates: &[Measured]) -> f64 {
    let peers = candidates.iter().filter(|c| c.role == Role::Peer);
    median(&mut peers.map(|c| c.median).collect::<Vec<_>>())
}

impl Also {
    /// Returns our value for this bound.
    fn value(self, candidates: &[Measured]) -> f64 {
        let ours = best(candidates, Role::Ours).map_or(f64::NAN, |ours| ours.median);
        match self {
            Self::Nanoseconds(_) => ours,
            Self::MedianPeer(_) => ours / middle_peer(candidates),
        }
    }
}

fn bytes(
    row: &Row,
    candidates: &[Candidate<MakeSeries>],
    options: &Options,
) -> Result<Outcome, String> {
    let mut outcome = Outcome {
        row: row.name,
        unit: "bytes",
        bound: row.bound,
        ratio: None,
        also: None,
        again: false,
        skipped: Vec::new(),
        notes: Vec::new(),
        candidates: Vec::new(),
    };
    let Work::Heap { history, .. } = row.work else {
        return Ok(outcome);
    };
    for candidate in candidates {
        // Writing from many threads takes long, and does not make peers keep more bytes.
        let slow = history != History::Touched;
        if slow && options.quick && candidate.role != Role::Ours {
            outcome.skipped.push(candidate.who);
            continue;
        }
        let bytes = heap::ask(row.name, candidate.who)?;
        outcome.candidates.push(Measured {
            who: candidate.who,
            role: candidate.role,
            median: bytes,
            noisy: false,
            rounds: vec![bytes],
        });
    }
    Ok(outcome)
}
