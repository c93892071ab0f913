//! Any bytes are parsed or refused as protobuf, and parsed families are the same after a round trip.
#![no_main]

mod outcome;

use std::io::BufReader;

use libfuzzer_sys::fuzz_target;
use promcore::MetricFamily;
use promfmt::{Encoder, Escaping, Format, ProtobufParser};

fuzz_target!(|bytes: &[u8]| {
    let read = |bytes: &[u8], piece| {
        let input = BufReader::with_capacity(piece, bytes);
        let (families, error) = outcome::of(ProtobufParser::new(input));
        (write(&families), error)
    };
    let whole = read(bytes, 10_000);
    assert_eq!(read(bytes, 7), whole);
    let (once, _) = whole;
    assert_eq!(read(&once, 10_000), (once, None));
});

fn write(families: &[MetricFamily]) -> Vec<u8> {
    let format = Format::PROTOBUF.escaping(Escaping::AllowUtf8);
    let mut encoder = Encoder::new(Vec::new(), format);
    for family in families {
        let _ = family.write(&mut encoder);
    }
    encoder.finish().expect("a vector takes everything")
}
