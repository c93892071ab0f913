//! Plays a scenario and compares each of its outputs.

use std::iter;

use promcore::{Gathered, MetricFamily};
use serde_json::{Value, json};

use super::encoding::{Encoding, Wanted, wanted};
use super::gather;
use super::interpreter::{Interpreter, OurError, Stop};
use super::waits::waits_for;
use crate::compare::{Difference, Output};
use crate::corpus::{Expected, Scenario, Source};
use crate::outcome::{Outcome, Rule};
use crate::{Error, http, kinds, tree};

/// Plays a case and compares its outputs.
pub(crate) fn play(case: &Source) -> Result<Outcome, Error> {
    let scenario: Scenario = case.parse()?;
    let waits_for = waits_for(&scenario);
    if waits_for.is_empty() {
        Ok(run(&scenario))
    } else {
        Ok(Outcome::waits_for(waits_for))
    }
}

fn run(scenario: &Scenario) -> Outcome {
    let mut interpreter = Interpreter::new(scenario.clock_start_ms, scenario.pedantic);
    if let Err(outcome) = interpreter.play(&scenario.ops) {
        return outcome;
    }
    let expected = &scenario.expected;
    answers_as_in_go(expected, &mut interpreter);
    let mut outcome = Outcome::compared(op_results(expected, &interpreter));
    outcome
        .differences
        .extend(op_errors(expected, &interpreter));
    outcome
        .differences
        .extend(op_messages(expected, &interpreter));
    if !scenario.no_gather
        && let Err(stop) = gathered(scenario, &mut interpreter, &mut outcome)
    {
        return Outcome::broken(format!("gathering: {stop}"));
    }
    outcome.rules.extend(&interpreter.rules);
    outcome
}

/// Adjusts the responses of handlers to Go's.
fn answers_as_in_go(expected: &Expected, interpreter: &mut Interpreter) {
    let rules = &mut interpreter.rules;
    for theirs in &expected.op_results {
        let mut all = interpreter.results.iter_mut();
        let ours = all.find(|ours| ours.op_index == theirs.op_index);
        if let Some(ours) = ours.and_then(|ours| ours.result.as_mut()) {
            http::as_in_go(&theirs.result, ours, rules);
        }
    }
}

fn op_results(expected: &Expected, interpreter: &Interpreter) -> Option<Difference> {
    let json = |op_index: usize, result: Option<&Value>| match result {
        Some(result) => json!({"op_index": op_index, "result": result}),
        None => json!({"op_index": op_index, "skipped": true}),
    };
    let theirs = expected.op_results.iter();
    let theirs = theirs.map(|it| json(it.op_index, (!it.skipped).then_some(&it.result)));
    let ours = interpreter
        .results
        .iter()
        .map(|it| json(it.op_index, it.result.as_ref()));
    Difference::find(
        "op_results",
        Output::Json(theirs.collect()),
        Output::Json(ours.collect()),
    )
}

fn op_errors(expected: &Expected, interpreter: &Interpreter) -> Option<Difference> {
    let json = |op_index: usize, kind: &str, existing: Option<&String>| match existing {
        Some(id) => json!({"op_index": op_index, "kind": kind, "existing_collector": id}),
        None => json!({"op_index": op_index, "kind": kind}),
    };
    let theirs = expected.op_errors.iter();
    let theirs = theirs.map(|it| json(it.op_index, &it.kind, it.existing_collector.as_ref()));
    let ours = interpreter.errors.iter();
    let ours = ours.map(|it| {
        json(
            it.op_index,
            it.complaint.kind,
            it.complaint.existing.as_ref(),
        )
    });
    Difference::find(
        "op_errors",
        Output::Json(theirs.collect()),
        Output::Json(ours.collect()),
    )
}

/// Compares messages where both sides have the same error.
fn op_messages(expected: &Expected, interpreter: &Interpreter) -> Vec<Difference> {
    let mut found = Vec::new();
    for theirs in &expected.op_errors {
        let ours = interpreter
            .errors
            .iter()
            .find(|it| it.op_index == theirs.op_index);
        let ours = ours
            .map(|it| &it.complaint)
            .filter(|it| it.kind == theirs.kind);
        found.extend(ours.and_then(|ours| message(&theirs.kind, &theirs.text, iter::once(ours))));
    }
    found
}

/// Checks that one of our errors has the important parts of Go's text.
fn message<'a>(
    kind: &str,
    theirs: &str,
    ours: impl Iterator<Item = &'a OurError>,
) -> Option<Difference> {
    let texts: Vec<_> = ours.map(|error| error.text.as_str()).collect();
    let good = texts.is_empty()
        || texts
            .iter()
            .any(|ours| kinds::says_the_same(kind, theirs, ours));
    (!good).then(|| Difference {
        output: "messages".to_owned(),
        made: kind.to_owned(),
        expected: Output::Text(theirs.to_owned()),
        got: Output::Text(texts.join("\n")),
    })
}

fn gathered(
    scenario: &Scenario,
    interpreter: &mut Interpreter,
    outcome: &mut Outcome,
) -> Result<(), Stop> {
    let expected = &scenario.expected;
    let Gathered {
        families,
        mut errors,
        ..
    } = interpreter.gather(&scenario.gather)?;
    let mut as_in_go = families.clone();
    interpreter.as_in_go(&scenario.gather, &mut as_in_go);
    if scenario.mask_sums {
        gather::mask_sums(&mut as_in_go);
    }
    let mut theirs = expected.families.clone();
    let inconsistent_units = theirs
        .as_mut()
        .is_some_and(|theirs| gather::inconsistent_units(&mut errors, theirs, &as_in_go));
    let mut errors: Vec<_> = errors.iter().map(OurError::new).collect();
    let explicit_le = theirs
        .as_mut()
        .is_some_and(|theirs| gather::explicit_le(&mut errors, theirs));
    gather_errors(expected, &errors, outcome);
    if let Some(theirs) = theirs {
        let ours = Output::Json(tree::to_json(&as_in_go));
        outcome
            .differences
            .extend(Difference::find("families", Output::Json(theirs), ours));
    }
    let left_out = [
        (explicit_le, Rule::ExplicitLe),
        (inconsistent_units, Rule::InconsistentUnit),
    ];
    let left_out = left_out.into_iter().filter(|(applies, _)| *applies);
    outcome.rules.extend(left_out.map(|(_, rule)| rule));
    if explicit_le || inconsistent_units {
        return Ok(());
    }
    encodings(scenario, interpreter, [&as_in_go, &families], outcome)
}

/// Compares the encodings of the families as in Go, of ours, and of a streamed scrape.
fn encodings(
    scenario: &Scenario,
    interpreter: &Interpreter,
    [as_in_go, families]: [&[MetricFamily]; 2],
    outcome: &mut Outcome,
) -> Result<(), Stop> {
    for Wanted {
        name,
        encoding,
        bytes: theirs,
    } in wanted(&scenario.expected)
    {
        let mut ours = encoding.of_tree(as_in_go);
        if ours != theirs
            && let Some(bare) = encoding.bare_colons(&ours)
        {
            ours = bare;
            if !outcome.rules.contains(&Rule::QuotedColon) {
                outcome.rules.push(Rule::QuotedColon);
            }
        }
        let [theirs, ours] = [theirs, ours].map(|bytes| encoding.one_nan(bytes));
        encoded(name, encoding, "from the tree", [&theirs, &ours], outcome);
        let gatherer = interpreter.gatherer(&scenario.gather)?;
        let streamed = encoding.of_scrape(gatherer);
        let told_apart = encoding.told_apart(gatherer);
        if told_apart.is_some() && !outcome.rules.contains(&Rule::EscapedNames) {
            outcome.rules.push(Rule::EscapedNames);
        }
        let tree = encoding.of_tree(told_apart.as_deref().unwrap_or(families));
        let how = "streamed, against the tree";
        encoded(name, encoding, how, [&tree, &streamed], outcome);
    }
    Ok(())
}

/// Compares an expected output of an encoder with ours.
fn encoded(
    name: &str,
    encoding: Encoding,
    how: &str,
    [theirs, ours]: [&[u8]; 2],
    outcome: &mut Outcome,
) {
    let found = Difference::find(name, encoding.shown(theirs), encoding.shown(ours));
    let made = format!("{encoding}, {how}");
    outcome
        .differences
        .extend(found.map(|found| Difference { made, ..found }));
}

fn gather_errors(expected: &Expected, ours: &[OurError], outcome: &mut Outcome) {
    let theirs = expected.gather_errors.iter();
    let theirs: Vec<_> = theirs
        .map(|it| (it.kind.as_str(), it.text.as_str()))
        .collect();
    let mine: Vec<_> = ours.iter().map(|it| (it.kind, it.text.as_str())).collect();
    let [kinds, mine_once] = [&mine, &gather::collisions_once(&mine)].map(|it| sorted_kinds(it));
    let [theirs, theirs_once] =
        [&theirs, &gather::collisions_once(&theirs)].map(|it| sorted_kinds(it));
    if kinds != theirs && kinds == panics_once(&theirs) {
        outcome.rules.push(Rule::PanicOnce);
    } else if kinds != theirs && mine_once == theirs_once {
        outcome.rules.push(Rule::CollisionOnce);
    } else {
        let (theirs, kinds) = (Output::Json(json!(theirs)), Output::Json(json!(kinds)));
        outcome
            .differences
            .extend(Difference::find("gather_errors", theirs, kinds));
    }
    for theirs in &expected.gather_errors {
        let ours = ours.iter().filter(|error| error.kind == theirs.kind);
        outcome
            .differences
            .extend(message(&theirs.kind, &theirs.text, ours));
    }
}

/// Returns the sorted kinds of errors that are given with their texts.
fn sorted_kinds<'a>(errors: &[(&'a str, &str)]) -> Vec<&'a str> {
    let mut kinds: Vec<_> = errors.iter().map(|&(kind, _)| kind).collect();
    kinds.sort_unstable();
    kinds
}

/// Drops every second panic of a collector: Go reports each of them twice.
fn panics_once<'a>(kinds: &[&'a str]) -> Vec<&'a str> {
    let mut panics = 0;
    let keep = |kind: &&&str| {
        let is_panic = **kind == "gather_collector_panic";
        panics += usize::from(is_panic);
        !is_panic || panics % 2 == 1
    };
    kinds.iter().filter(keep).copied().collect()
}

#[cfg(test)]
mod tests;
