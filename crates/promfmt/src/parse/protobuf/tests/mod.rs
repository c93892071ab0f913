//! Handmade messages, and those of other encoders.

mod errors; // Invalid messages.
mod fields; // Fields in unusual forms and places.
mod others; // Messages of the Go client and prost.

use std::io::BufReader;

use promcore::MetricFamily;

use super::*;
use crate::{Encoder, Escaping, Format};

/// Encodes families.
fn encode(families: &[MetricFamily]) -> Vec<u8> {
    let format = Format::PROTOBUF.escaping(Escaping::AllowUtf8);
    let mut encoder = Encoder::new(Vec::new(), format);
    for family in families {
        let _ = family.write(&mut encoder);
    }
    encoder.finish().unwrap()
}

/// Parses messages in pieces of several sizes, which must make no difference.
fn parse(bytes: &[u8], limits: Limits) -> Result<Vec<MetricFamily>, String> {
    let mut outcomes = [1, 7, 1_000].map(|piece| {
        let input = BufReader::with_capacity(piece, bytes);
        let families: Result<Vec<_>, _> = ProtobufParser::new(input).limits(limits).collect();
        families.map_err(|error| error.to_string())
    });
    let comparable = outcomes.each_ref().map(|outcome| {
        let families = outcome.as_ref().map(|families| encode(families));
        families.map_err(String::clone)
    });
    assert_eq!(comparable[0], comparable[1]);
    assert_eq!(comparable[0], comparable[2]);
    std::mem::replace(&mut outcomes[0], Ok(Vec::new()))
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// A field with an integer.
fn number(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

/// A field with a float.
fn float(field: u64, value: f64) -> Vec<u8> {
    [varint(field << 3 | 1), value.to_le_bytes().to_vec()].concat()
}

/// A field with a text or a message.
fn message(field: u64, inner: &[u8]) -> Vec<u8> {
    [varint(field << 3 | 2), delimited(inner)].concat()
}

fn delimited(inner: &[u8]) -> Vec<u8> {
    [varint(inner.len() as u64), inner.to_vec()].concat()
}

const GAUGE: u64 = 1;
const HISTOGRAM: u64 = 4;

/// A family `a` of one metric, which starts at byte 8 if everything is short.
fn family(kind: u64, metric: &[u8]) -> Vec<u8> {
    let fields = [message(1, b"a"), number(3, kind), message(4, metric)];
    delimited(&fields.concat())
}

/// A gauge metric.
fn gauge(value: f64) -> Vec<u8> {
    message(2, &float(1, value))
}
