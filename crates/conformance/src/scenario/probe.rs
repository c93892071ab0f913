//! Test helpers.

use promcore::MetricFamily;
use promfmt::{Format, append_float};
use promtest::{Details, Metrics};
use serde_json::{Value, json};

use super::interpreter::{Interpreter, OurError, Stop};
use crate::corpus::{Op, Probe};
use crate::kinds;
use crate::lint;
use crate::outcome::Rule;

impl From<promtest::Error> for Stop {
    fn from(error: promtest::Error) -> Self {
        Self::Error(OurError {
            kind: kinds::of_test(&error),
            text: kinds::text(&error),
            existing: None,
        })
    }
}

impl Interpreter {
    /// Checks metrics like a test.
    pub(super) fn probe(&mut self, op: &Op) -> Result<Option<Value>, Stop> {
        let (metrics, probe) = match op {
            Op::ToFloat64(probe) => return self.to_f64(&probe.collector).map(Some),
            Op::CollectAndCount(probe)
            | Op::CollectAndCompare(probe)
            | Op::CollectAndFormat(probe)
            | Op::CollectAndLint(probe) => (self.collected(probe)?, probe),
            Op::GatherAndCount(probe)
            | Op::GatherAndCompare(probe)
            | Op::GatherAndFormat(probe)
            | Op::GatherAndLint(probe) => (self.gathered(probe)?, probe),
            op => return Err(Stop::NotYet(op.name())),
        };
        Ok(Some(match op {
            Op::CollectAndCompare(_) | Op::GatherAndCompare(_) => self.compare(&metrics, probe)?,
            Op::CollectAndFormat(_) | Op::GatherAndFormat(_) => self.format(&metrics, probe)?,
            Op::CollectAndLint(_) | Op::GatherAndLint(_) => self.linted(&metrics),
            _ => json!(metrics.count()),
        }))
    }

    fn to_f64(&self, id: &str) -> Result<Value, Stop> {
        match self.object(id)?.collector() {
            Some(collector) => Ok(number(promtest::try_to_f64(&collector)?)),
            None => Err(Stop::senseless(id, "collector")),
        }
    }

    /// Collects the metrics of a helper.
    fn collected(&mut self, probe: &Probe) -> Result<Metrics, Stop> {
        let id = &probe.collector;
        let collector = self.object(id)?.collector();
        if let Some(error) = self.invalid.get(id) {
            return Err(promtest::Error::Register(error.clone()).into());
        }
        let metrics = match collector {
            Some(collector) => promtest::collect(collector)?,
            None => return Err(Stop::senseless(id, "collector")),
        };
        Ok(self.asked_for(id, metrics, probe))
    }

    /// Gathers the metrics of a helper.
    fn gathered(&mut self, probe: &Probe) -> Result<Metrics, Stop> {
        let metrics = promtest::gather(self.gatherer(&probe.from)?)?;
        Ok(self.asked_for(&probe.from, metrics, probe))
    }

    fn asked_for(&mut self, id: &str, metrics: Metrics, probe: &Probe) -> Metrics {
        let metrics = match &probe.names {
            Some(names) => metrics.only(names),
            None => metrics,
        };
        let mut families = metrics.families().to_vec();
        self.as_in_go(id, &mut families);
        Metrics::new(families)
    }

    fn linted(&mut self, metrics: &Metrics) -> Value {
        let problems = lint::as_in_go(metrics.families(), metrics.lint(), &mut self.rules);
        lint::to_json(&lint::with_empty_help(
            metrics.families(),
            problems,
            &mut self.rules,
        ))
    }

    /// Compares, under the rule `whole-expectation` if needed.
    fn compare(&mut self, metrics: &Metrics, probe: &Probe) -> Result<Value, Stop> {
        let ours = metrics.compare(&probe.text);
        let expected = expected_in_go(probe)?;
        if expected == promtest::parse(&probe.text)? {
            ours?;
            return Ok(json!("ok"));
        }
        let theirs = metrics.compare_with(&expected, Details::new());
        if ours.is_ok() != theirs.is_ok() {
            self.rules.push(Rule::WholeExpectation);
        }
        theirs?;
        Ok(json!("ok"))
    }

    /// Formats metrics, under the rule `whole-format` if needed.
    fn format(&mut self, metrics: &Metrics, probe: &Probe) -> Result<Value, Stop> {
        let format = match probe.format.as_str() {
            "text" => Format::TEXT,
            "openmetrics" => Format::OPEN_METRICS,
            "proto_text" => Format::PROTOBUF_TEXT,
            "proto_compact" => Format::PROTOBUF_COMPACT_TEXT,
            other => return Err(Stop::senseless(other, "format")),
        };
        let ours = String::from_utf8_lossy(&metrics.format(format)).into_owned();
        let theirs = match &probe.names {
            None => "",
            Some(_) => ours.strip_suffix("# EOF\n").unwrap_or(&ours),
        };
        if theirs != ours {
            self.rules.push(Rule::WholeFormat);
        }
        Ok(json!(theirs))
    }
}

/// Parses the expectation as Go does: only families with the names, and with sorted labels.
fn expected_in_go(probe: &Probe) -> Result<Metrics, promtest::Error> {
    let mut families = promfmt::parse_text(&probe.text).map_err(promtest::Error::Parse)?;
    families.iter_mut().for_each(MetricFamily::sort);
    families.sort_by(|a, b| a.name.cmp(&b.name));
    let metrics = Metrics::new(families);
    Ok(match &probe.names {
        Some(names) => metrics.only(names),
        None => metrics,
    })
}

/// Formats a number as Go does outside of expositions, where -0 keeps its sign.
fn number(value: f64) -> Value {
    if value == 0.0 && value.is_sign_negative() {
        return json!("-0");
    }
    let mut text = Vec::new();
    append_float(&mut text, value);
    json!(String::from_utf8_lossy(&text))
}
