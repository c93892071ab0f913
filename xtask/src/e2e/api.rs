//! Queries to Prometheus over its HTTP API.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::http;

pub(super) type Labels = Vec<(String, String)>;

/// One series of a result.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Series {
    /// The labels, including `__name__`.
    pub(super) labels: Labels,
    /// Oldest first.
    pub(super) values: Vec<f64>,
}

impl Series {
    pub(super) fn label(&self, name: &str) -> Option<&str> {
        let label = self.labels.iter().find(|(key, _)| key == name);
        label.map(|(_, value)| value.as_str())
    }
}

/// A server, identified by its address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Api(SocketAddr);

impl Api {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self(address)
    }

    /// Returns the newest value of each series, all at the same instant.
    pub(super) fn query(&self, query: &str) -> Result<Vec<Series>> {
        let body = self.ask("query", query)?;
        parse(&body).with_context(|| format!("strange answer to {query}"))
    }

    /// Returns the exemplars of the series that a query selects.
    pub(super) fn exemplars(&self, query: &str) -> Result<Vec<Exemplar>> {
        let body = self.ask("query_exemplars", query)?;
        parse_exemplars(&body).with_context(|| format!("strange answer to {query}"))
    }

    fn ask(&self, what: &str, query: &str) -> Result<String> {
        http::get(
            self.0,
            &format!("/api/v1/{what}?query={}", http::escape(query)),
        )
    }

    /// Returns every value of each series within `window`.
    pub(super) fn range(&self, selector: &str, window: Duration) -> Result<Vec<Series>> {
        self.query(&format!("{selector}[{}s]", window.as_secs()))
    }
}

/// An exemplar, with the labels of its series first.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Exemplar {
    pub(super) series: Labels,
    pub(super) labels: Labels,
    pub(super) value: f64,
}

fn parse(body: &str) -> Result<Vec<Series>> {
    let data = data(body)?;
    let result = data["result"].as_array().context("no result")?;
    result.iter().map(series).collect()
}

fn parse_exemplars(body: &str) -> Result<Vec<Exemplar>> {
    let data = data(body)?;
    let all = data.as_array().context("no list of series")?.iter();
    let of_series = |one: &Value| {
        let exemplars = one["exemplars"].as_array().context("no exemplars")?;
        let exemplar = |exemplar: &Value| {
            Ok(Exemplar {
                series: labels(&one["seriesLabels"])?,
                labels: labels(&exemplar["labels"])?,
                value: number(&exemplar["value"])?,
            })
        };
        exemplars.iter().map(exemplar).collect::<Result<Vec<_>>>()
    };
    let all: Vec<_> = all.map(of_series).collect::<Result<_>>()?;
    Ok(all.concat())
}

fn data(body: &str) -> Result<Value> {
    let mut answer: Value = serde_json::from_str(body)?;
    ensure!(answer["status"] == "success", "{body}");
    Ok(answer["data"].take())
}

fn labels(labels: &Value) -> Result<Labels> {
    let labels = labels.as_object().context("no labels")?.iter();
    let label = |(name, value): (&String, &Value)| {
        Ok((name.clone(), value.as_str().context("no text")?.to_owned()))
    };
    labels.map(label).collect()
}

/// Parses a number, which the API sends as a string.
fn number(value: &Value) -> Result<f64> {
    Ok(value.as_str().context("no value")?.parse()?)
}

fn series(series: &Value) -> Result<Series> {
    let one = std::slice::from_ref(&series["value"]);
    let points = series["values"].as_array().map_or(one, Vec::as_slice);
    Ok(Series {
        labels: labels(&series["metric"])?,
        values: points
            .iter()
            .map(|point| number(&point[1]))
            .collect::<Result<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_one_value_or_many() {
        let answer = |result: &str| {
            parse(&format!(
                r#"{{"status": "success", "data": {{"result": [{{"metric": {{"a": "b"}}, {result}}}]}}}}"#
            ))
            .unwrap()
        };
        let labels = vec![("a".to_owned(), "b".to_owned())];
        let one = answer(r#""value": [1.5, "+Inf"]"#);
        assert_eq!(one[0].values, [f64::INFINITY]);
        assert_eq!(one[0].labels, labels);
        let many = answer(r#""values": [[1, "2"], [2, "3e6"]]"#);
        assert_eq!(many[0].values, [2.0, 3e6]);
    }

    #[test]
    fn reads_exemplars() {
        let body = r#"{"status": "success", "data": [{"seriesLabels": {"a": "b"}, "exemplars": [
            {"labels": {"trace_id": "1"}, "value": "2.5", "timestamp": 3}
        ]}]}"#;
        let label = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
        let expected = Exemplar {
            series: label("a", "b"),
            labels: label("trace_id", "1"),
            value: 2.5,
        };
        assert_eq!(parse_exemplars(body).unwrap(), [expected]);
    }

    #[test]
    fn a_refusal_is_an_error() {
        assert!(parse(r#"{"status": "error", "error": "parse error"}"#).is_err());
        assert!(parse("not found").is_err());
    }
}
