//! Operations of promgraphite.

use std::io::Read as _;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::{io, mem, thread};

use promcore::{Clock, Gathered, MetricFamily, gatherer_fn};
use promgraphite::{Bridge, BridgeOpts, Error};
use serde_json::{Value, json};

use super::interpreter::{Interpreter, OurError, Stop};
use crate::corpus::Graphite;
use crate::outcome::Rule;

/// The offset of hidden characters from the ones they stand for, into a private use area.
const HIDDEN: u32 = 0xF_0000;

/// Stands for an empty value.
const EMPTY: char = '\u{10_0000}';

/// Stands for a prefix that a bridge refuses.
const STAND_IN: &str = "stand_in";

impl Interpreter {
    /// Sends metrics; under the rule `graphite-tag`, once more with the special characters in tags hidden from the bridge.
    ///
    /// Under the rule `graphite-prefix`, a stand-in replaces the prefix while they are sent.
    pub(super) fn graphite(&mut self, op: &Graphite) -> Result<Value, Stop> {
        if is_refused(&op.prefix) {
            self.rules.push(Rule::GraphitePrefix);
            let stand_in = Graphite {
                prefix: STAND_IN.to_owned(),
                ..op.clone()
            };
            let text = self.sent_text(&stand_in)?;
            let rest = text.lines().map(|line| line.strip_prefix(STAND_IN));
            let lines = rest.map(|rest| format!("{}{}\n", op.prefix, rest.unwrap_or_default()));
            return Ok(json!(in_order(op, &lines.collect::<String>())));
        }
        let text = self.sent_text(op)?;
        Ok(json!(in_order(op, &text)))
    }

    fn sent_text(&mut self, op: &Graphite) -> Result<String, Stop> {
        let mut families = self.gatherer(&op.from)?.gather().families;
        self.as_in_go(&op.from, &mut families);
        let mut text = self.send(op, families.clone())?;
        if op.use_tags && hide(&mut families) {
            check_lines(&text)?;
            text.clear();
            // One by one, to keep their order.
            for family in families.into_iter().flat_map(apart) {
                text += &show(&self.send(op, vec![family])?);
            }
            self.rules.push(Rule::GraphiteTag);
        }
        Ok(text)
    }

    /// Makes a bridge and drops it.
    pub(super) fn graphite_new_bridge(address: &str) -> Result<Value, Stop> {
        let kind = |error: &Error| match error {
            Error::MissingAddress => "graphite_missing_url",
            _ => "unnamed",
        };
        match Bridge::new(BridgeOpts::new(address)) {
            Ok(_) => Ok(json!("ok")),
            Err(error) => Err(Stop::Error(OurError {
                kind: kind(&error),
                text: error.to_string(),
                existing: None,
            })),
        }
    }

    /// Returns what the server receives.
    fn send(&self, op: &Graphite, families: Vec<MetricFamily>) -> Result<String, Stop> {
        let gatherer = gatherer_fn(move || Gathered::new(families.clone(), Vec::new()));
        let clock: Arc<dyn Clock> = self.clock.clone();
        let received = receive(|address| {
            let opts = BridgeOpts::new(address)
                .gatherer(gatherer)
                .prefix(&op.prefix)
                .use_tags(op.use_tags)
                .clock(clock);
            Bridge::new(opts).and_then(|bridge| bridge.push())
        });
        let (received, pushed) = received.map_err(|error| Stop::Senseless(error.to_string()))?;
        match pushed {
            Ok(()) => Ok(received),
            Err(error) => Err(Stop::Senseless(format!("the bridge fails: {error}"))),
        }
    }
}

/// Reports whether a bridge refuses this prefix.
fn is_refused(prefix: &str) -> bool {
    let bridge = Bridge::new(BridgeOpts::new("localhost:2003").prefix(prefix));
    matches!(bridge, Err(Error::InvalidPrefix(_)))
}

/// Sorts the tags of each line, if there are any.
fn in_order(op: &Graphite, text: &str) -> String {
    if op.use_tags {
        text.split_terminator('\n').map(sort_tags).collect()
    } else {
        text.to_owned()
    }
}

/// Sorts the tags of a line by their bytes, as the corpus did; Go has them in any order, and we have them sorted by name.
fn sort_tags(line: &str) -> String {
    // Neither the value nor the time has a blank.
    let mut blanks = line.rmatch_indices(' ');
    let (series, rest) = line.split_at(blanks.nth(1).map_or(0, |(at, _)| at));
    let mut parts: Vec<&str> = series.split(';').collect();
    parts[1..].sort_unstable();
    format!("{}{rest}\n", parts.join(";"))
}

/// Runs a server while `push` runs, and returns what it receives over its only connection.
fn receive<T>(push: impl FnOnce(String) -> T) -> io::Result<(String, T)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let server = thread::spawn(move || {
        let mut text = String::new();
        listener.accept()?.0.read_to_string(&mut text)?;
        Ok::<_, io::Error>(text)
    });
    let pushed = push(address.to_string());
    // A bridge with nothing to send does not connect, and the server must not wait forever.
    drop(TcpStream::connect(address));
    let received = server.join().expect("the server does not panic")?;
    Ok((received, pushed))
}

/// Hides the special characters in tags, and reports whether there are any.
fn hide(families: &mut [MetricFamily]) -> bool {
    let mut found = false;
    let metrics = families.iter_mut().flat_map(|family| &mut family.metrics);
    for label in metrics.flat_map(|metric| &mut metric.labels) {
        let breaks = |c: char| c == ';' || c.is_whitespace() || c.is_control();
        let name = hidden(&label.name, |_, c| breaks(c) || "!^=".contains(c));
        let mut value = hidden(&label.value, |at, c| breaks(c) || at == 0 && c == '~');
        if value.is_empty() {
            value.push(EMPTY);
        }
        found |= (&name, &value) != (&label.name, &label.value);
        (label.name, label.value) = (name, value);
    }
    found
}

fn hidden(text: &str, is_hidden: impl Fn(usize, char) -> bool) -> String {
    let hide = |(at, c): (usize, char)| match char::from_u32(HIDDEN + c as u32) {
        Some(hidden) if is_hidden(at, c) => hidden,
        _ => c,
    };
    text.char_indices().map(hide).collect()
}

/// Makes a family of each metric.
fn apart(family: MetricFamily) -> impl Iterator<Item = MetricFamily> {
    let mut bare = family;
    let metrics = mem::take(&mut bare.metrics);
    metrics.into_iter().map(move |metric| {
        let mut family = bare.clone();
        family.metrics.push(metric);
        family
    })
}

/// Reverses [`hide`].
fn show(text: &str) -> String {
    let show = |c: char| (c as u32).checked_sub(HIDDEN).and_then(char::from_u32);
    let all = text.chars().filter(|c| *c != EMPTY);
    all.map(|c| show(c).unwrap_or(c)).collect()
}

/// Checks that Graphite parses each line as a path with tags, a value and a time.
fn check_lines(text: &str) -> Result<(), Stop> {
    let is_tag = |tag: &str| match tag.split_once('=') {
        Some((name, value)) => !name.is_empty() && !value.is_empty(),
        None => false,
    };
    let is_good = |line: &&str| {
        let words: Vec<_> = line.split_whitespace().collect();
        let [path, _, _] = words[..] else {
            return false;
        };
        path.split(';').skip(1).all(is_tag)
    };
    match text.lines().find(|line| !is_good(line)) {
        None => Ok(()),
        Some(line) => Err(Stop::Senseless(format!("Graphite cannot read {line:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use promcore::{LabelPair, Metric, MetricType, MetricValue};

    use super::*;

    #[track_caller]
    fn check(name: &str, value: &str, is_hidden: bool) {
        let labels = vec![LabelPair::new(name, value)];
        let mut family = MetricFamily::new("g", "", MetricType::Gauge);
        let metric = Metric::new(labels, MetricValue::Gauge(0.0));
        family.metrics.push(metric);
        let mut families = [family];
        assert_eq!(hide(&mut families), is_hidden);
        let label = &families[0].metrics[0].labels[0];
        let shown = (show(&label.name), show(&label.value));
        assert_eq!(shown, (name.to_owned(), value.to_owned()));
        assert_eq!(label.value == value && label.name == name, !is_hidden);
    }

    #[test]
    fn what_is_hidden_is_shown_again() {
        check("a.b", "x!^=~ü", false);
        check("a", "x;y", true);
        check("a", "x\ny", true);
        check("a", "~x", true);
        check("a", "", true);
        check("a=b", "x", true);
    }

    #[test]
    fn lines_that_mean_something_else_are_found() {
        assert!(check_lines("a;b=c 1 2\nd 3 4\n").is_ok());
        for line in ["a b 1 2", "a;b 1 2", "a;b= 1 2", "a;=b 1 2", "a 1"] {
            assert!(check_lines(line).is_err(), "{line}");
        }
    }
}
