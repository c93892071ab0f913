//! Encodes gathered metrics in all the ways of the corpus.

use std::collections::BTreeSet;
use std::fmt;

use promcore::{Gatherer, MetricFamily, Sink};
use promfmt::{Encoder, Escaping, Format};
use serde_json::Value;

use super::colons::bare_colons;
use crate::compare::Output;
use crate::corpus::{Expected, decode};

/// An encoder output that the case has.
pub(super) struct Wanted {
    /// Its key in `expected`.
    pub(super) name: &'static str,
    pub(super) encoding: Encoding,
    pub(super) bytes: Vec<u8>,
}

/// Lists the encoder outputs that the case has.
pub(super) fn wanted(expected: &Expected) -> Vec<Wanted> {
    let text = |name: &str| expected.outputs.get(name).and_then(Value::as_str);
    // The corpus leaves out outputs that are the same as another one.
    let first = |names: &[&'static str]| names.iter().find_map(|name| Some((*name, text(name)?)));
    let utf8 = Escaping::AllowUtf8;
    let created = Encoding::new(Format::OPEN_METRICS.escaping(utf8)).created_lines();
    let open_metrics = [
        "openmetrics_created",
        "openmetrics_allow_utf8",
        "openmetrics",
    ];
    let encodings = [
        (&["text"][..], Encoding::new(Format::TEXT)),
        (
            &["text_allow_utf8", "text"],
            Encoding::new(Format::TEXT.escaping(utf8)),
        ),
        (
            &["text_dots"],
            Encoding::new(Format::TEXT.escaping(Escaping::Dots)),
        ),
        (
            &["text_values"],
            Encoding::new(Format::TEXT.escaping(Escaping::Values)),
        ),
        (&["openmetrics"], Encoding::new(Format::OPEN_METRICS)),
        (
            &open_metrics[1..],
            Encoding::new(Format::OPEN_METRICS.escaping(utf8)),
        ),
        (&open_metrics, created),
        (
            &["openmetrics_dots"],
            Encoding::new(Format::OPEN_METRICS.escaping(Escaping::Dots)),
        ),
        (
            &["openmetrics_values"],
            Encoding::new(Format::OPEN_METRICS.escaping(Escaping::Values)),
        ),
        (
            &["protobuf_delimited_b64"],
            Encoding::new(Format::PROTOBUF.escaping(utf8)),
        ),
    ];
    let wanted = encodings.into_iter().filter_map(|(names, encoding)| {
        let (name, text) = first(names)?;
        let bytes = match name {
            "protobuf_delimited_b64" => decode(text)?,
            _ => text.as_bytes().to_vec(),
        };
        Some(Wanted {
            name,
            encoding,
            bytes,
        })
    });
    wanted.collect()
}

/// The options of an encoder.
#[derive(Clone, Copy)]
pub(super) struct Encoding {
    format: Format,
    created_lines: bool,
}

impl Encoding {
    pub(super) fn new(format: Format) -> Self {
        Self {
            format,
            created_lines: false,
        }
    }

    pub(super) fn created_lines(mut self) -> Self {
        self.created_lines = true;
        self
    }

    /// The rule `escaped-names`: returns the families that remain without those whose names become the same, or `None` if all remain.
    pub(super) fn told_apart(self, gatherer: &dyn Gatherer) -> Option<Vec<MetricFamily>> {
        let all = gatherer.scrape();
        let left = all.clone().fit(&self.format.demands());
        let errors = left.errors().len() - all.errors().len();
        let [all, left] = [all, left].map(|scrape| scrape.into_gathered().families);
        let text = String::from_utf8(self.of_tree(&left)).unwrap_or_default();
        let types = text.lines().filter(|line| line.starts_with("# TYPE "));
        let names = types.clone().map(|line| line.split(' ').nth(2));
        let differ = names.collect::<BTreeSet<_>>().len() == types.count();
        let is_changed = |family: &&MetricFamily| {
            let same = left.iter().find(|it| it.name == family.name);
            same.is_none_or(|it| it.metrics.len() < family.metrics.len())
        };
        let changed = all.iter().filter(is_changed).count();
        (differ && (1..=errors).contains(&changed)).then_some(left)
    }

    /// Encodes a scrape, streamed.
    pub(super) fn of_scrape(self, gatherer: &dyn Gatherer) -> Vec<u8> {
        // A sink that writes to memory does not stop.
        self.bytes(|sink| _ = gatherer.scrape().write(sink))
    }

    /// Encodes a tree.
    pub(super) fn of_tree(self, families: &[MetricFamily]) -> Vec<u8> {
        self.bytes(|sink| _ = families.iter().try_for_each(|family| family.write(sink)))
    }

    fn bytes(self, write: impl FnOnce(&mut dyn Sink)) -> Vec<u8> {
        let encoder = Encoder::new(Vec::new(), self.format);
        let mut encoder = encoder.created_lines(self.created_lines);
        write(&mut encoder);
        encoder.finish().expect("writing to memory cannot fail")
    }

    /// The rule `quoted-colon`: returns a text without the quotes that Go does not write, or `None` if there are none.
    pub(super) fn bare_colons(self, bytes: &[u8]) -> Option<Vec<u8>> {
        let text = std::str::from_utf8(bytes)
            .ok()
            .filter(|_| !self.is_binary())?;
        let bare = bare_colons(text);
        (bare != text).then(|| bare.into_owned().into_bytes())
    }

    /// Replaces all NaNs in encoded metrics with one; text has only one anyway.
    pub(super) fn one_nan(self, mut bytes: Vec<u8>) -> Vec<u8> {
        let last = bytes.len().saturating_sub(7);
        for at in (0..last).filter(|_| self.is_binary()) {
            let nan = &mut bytes[at..at + 8];
            if matches!(nan, [0 | 1, 0, 0, 0, 0, 0, 0xf8, 0x7f | 0xff]) {
                nan.copy_from_slice(&[1, 0, 0, 0, 0, 0, 0xf8, 0x7f]);
            }
        }
        bytes
    }

    fn is_binary(self) -> bool {
        self.format.content_type().contains("delimited")
    }

    /// Shows encoded metrics: text unchanged, and anything else as a line with escapes.
    pub(super) fn shown(self, bytes: &[u8]) -> Output {
        Output::Text(match std::str::from_utf8(bytes) {
            Ok(text) if !self.is_binary() => text.to_owned(),
            _ if bytes.is_empty() => String::new(),
            _ => format!("{}\n", bytes.escape_ascii()),
        })
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let created = if self.created_lines { ", created" } else { "" };
        write!(f, "{}{created}", self.format)
    }
}
