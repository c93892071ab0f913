//! Any bytes are parsed or refused as OpenMetrics, with the same result for pieces of any size.
#![no_main]

mod outcome;

use std::io::BufReader;

use libfuzzer_sys::fuzz_target;
use promfmt::OpenMetricsParser;

fuzz_target!(|bytes: &[u8]| {
    let read = |piece| {
        let input = BufReader::with_capacity(piece, bytes);
        // As text, since NaN is not equal to itself.
        format!("{:?}", outcome::of(OpenMetricsParser::new(input)))
    };
    assert_eq!(read(7), read(10_000));
});
