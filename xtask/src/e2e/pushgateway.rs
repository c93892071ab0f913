//! A Pushgateway that stores its groups in a file.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::prometheus::free_address;
use super::restarting::Restarting;
use super::{http, wait};

#[derive(Debug)]
pub(super) struct Pushgateway {
    server: Restarting,
    address: SocketAddr,
    file: PathBuf,
}

/// The metrics that were pushed for one group, and its labels.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) labels: BTreeMap<String, String>,
    /// The value of the first metric of each name.
    pub(super) values: BTreeMap<String, f64>,
}

impl Pushgateway {
    pub(super) fn new(folder: &Path) -> Result<Self> {
        let address = free_address()?;
        let file = folder.join("persisted");
        let args = vec![
            format!("--web.listen-address={address}"),
            format!("--persistence.file={}", file.display()),
            "--persistence.interval=10ms".to_owned(),
        ];
        Ok(Self {
            server: Restarting::new("prometheus-pushgateway", args, folder),
            address,
            file,
        })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn start(&mut self) -> Result<()> {
        let address = self.address;
        self.server
            .start(|| http::get(address, "/-/ready").map(drop))
    }

    /// Kills it when `text` is in its file.
    pub(super) fn kill(&mut self, text: &str) -> Result<()> {
        let file = self.file.clone();
        let has_text = || {
            let bytes = fs::read(&file)?;
            let mut parts = bytes.windows(text.len());
            ensure!(
                parts.any(|part| part == text.as_bytes()),
                "{text:?} is not in {file:?}"
            );
            Ok(())
        };
        wait(|| self.server.check_runs(), has_text)?;
        self.server.kill();
        Ok(())
    }

    /// Pushes a counter to the group at `path`, replacing all of its metrics.
    pub(super) fn put(&self, path: &str, name: &str) -> Result<()> {
        http::put(self.address, path, &format!("{name} 1\n"))
    }

    /// Returns the lines of its exposition.
    pub(super) fn lines(&self) -> Result<Vec<String>> {
        let body = http::get(self.address, "/metrics")?;
        Ok(body.lines().map(str::to_owned).collect())
    }

    /// Returns the groups from its API.
    pub(super) fn groups(&self) -> Result<Vec<Group>> {
        let body = http::get(self.address, "/api/v1/metrics")?;
        groups(&body).with_context(|| format!("strange answer: {body}"))
    }

    pub(super) fn explain<T>(&self, result: Result<T>) -> Result<T> {
        self.server.explain(result)
    }
}

fn groups(body: &str) -> Result<Vec<Group>> {
    let answer: Value = serde_json::from_str(body)?;
    ensure!(answer["status"] == "success", "it is no success");
    let groups = answer["data"].as_array().context("there is no data")?;
    groups.iter().map(group).collect()
}

fn group(group: &Value) -> Result<Group> {
    let fields = group.as_object().context("a group is no object")?;
    let labels = group["labels"]
        .as_object()
        .context("a group has no labels")?;
    let labels = labels.iter().map(|(name, value)| {
        let value = value.as_str().context("a label is no text")?;
        Ok((name.clone(), value.to_owned()))
    });
    let values = fields.iter().filter_map(|(name, family)| {
        // The Pushgateway adds metrics of its own about the last push.
        let value = family["metrics"][0]["value"].as_str()?;
        (!name.starts_with("push_")).then(|| Ok((name.clone(), value.parse()?)))
    });
    Ok(Group {
        labels: labels.collect::<Result<_>>()?,
        values: values.collect::<Result<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_have_labels_and_values() {
        let body = r#"{"status": "success", "data": [{
            "labels": {"job": "j", "zone": ""},
            "last_push_successful": true,
            "push_time_seconds": {"metrics": [{"value": "1.7e9"}]},
            "rows": {"metrics": [{"labels": {}, "value": "3"}, {"value": "4"}]}
        }]}"#;
        let groups = groups(body).unwrap();
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0].labels["zone"], "");
        let values: Vec<_> = groups[0].values.iter().collect();
        assert_eq!(values, [(&"rows".to_owned(), &3.0)]);
    }

    #[test]
    fn a_refusal_is_an_error() {
        assert!(groups(r#"{"status": "error"}"#).is_err());
        assert!(groups("no").is_err());
    }
}
