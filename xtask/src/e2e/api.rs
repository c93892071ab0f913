//! Asking Prometheus over its HTTP API.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::http;

/// One series of an answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Series {
    /// With `__name__` among them.
    pub(super) labels: Vec<(String, String)>,
    /// Oldest first.
    pub(super) values: Vec<f64>,
}

impl Series {
    pub(super) fn label(&self, name: &str) -> Option<&str> {
        let label = self.labels.iter().find(|(key, _)| key == name);
        label.map(|(_, value)| value.as_str())
    }
}

/// A server, by its address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Api(SocketAddr);

impl Api {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self(address)
    }

    /// The newest value of each series, all of the same instant.
    pub(super) fn query(&self, query: &str) -> Result<Vec<Series>> {
        let body = http::get(
            self.0,
            &format!("/api/v1/query?query={}", http::escape(query)),
        )?;
        parse(&body).with_context(|| format!("strange answer to {query}"))
    }

    /// Every value of each series, as far back as `window`.
    pub(super) fn range(&self, selector: &str, window: Duration) -> Result<Vec<Series>> {
        self.query(&format!("{selector}[{}s]", window.as_secs()))
    }
}

fn parse(body: &str) -> Result<Vec<Series>> {
    let answer: Value = serde_json::from_str(body)?;
    ensure!(answer["status"] == "success", "{body}");
    let result = answer["data"]["result"].as_array().context("no result")?;
    result.iter().map(series).collect()
}

fn series(series: &Value) -> Result<Series> {
    let labels = series["metric"].as_object().context("no labels")?;
    let one = std::slice::from_ref(&series["value"]);
    let points = series["values"].as_array().map_or(one, Vec::as_slice);
    Ok(Series {
        labels: labels
            .iter()
            .map(|(name, value)| Ok((name.clone(), value.as_str().context("no text")?.to_owned())))
            .collect::<Result<_>>()?,
        values: points
            .iter()
            .map(|point| Ok(point[1].as_str().context("no value")?.parse()?))
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
    fn a_refusal_is_an_error() {
        assert!(parse(r#"{"status": "error", "error": "parse error"}"#).is_err());
        assert!(parse("not found").is_err());
    }
}
