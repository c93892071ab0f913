//! Any bytes are parsed or refused as protobuf, parsed families are the same after a round trip, and every other format can encode them.
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
        let others = OTHERS.map(|format| write(&families, format));
        // No registry has checked these families.
        assert!(families.is_empty() || others.iter().all(|it| !it.is_empty()));
        (write(&families, Format::PROTOBUF), error)
    };
    let whole = read(bytes, 10_000);
    assert_eq!(read(bytes, 7), whole);
    let (once, _) = whole;
    assert_eq!(read(&once, 10_000), (once, None));
});

const OTHERS: [Format; 4] = [
    Format::TEXT,
    Format::OPEN_METRICS,
    Format::PROTOBUF_TEXT,
    Format::PROTOBUF_COMPACT_TEXT,
];

fn write(families: &[MetricFamily], format: Format) -> Vec<u8> {
    let format = format.escaping(Escaping::AllowUtf8);
    let mut encoder = Encoder::new(Vec::new(), format).created_lines(true);
    for family in families {
        let _ = family.write(&mut encoder);
    }
    encoder.finish().expect("a vector takes everything")
}
