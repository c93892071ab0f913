//! Any bytes are read or refused as text, whatever the pieces in which they come.
#![no_main]

mod outcome;

use std::io::BufReader;

use libfuzzer_sys::fuzz_target;
use promfmt::TextParser;

fuzz_target!(|bytes: &[u8]| {
    let read = |piece| {
        let input = BufReader::with_capacity(piece, bytes);
        // As text, since what is no number is not equal to itself.
        format!("{:?}", outcome::of(TextParser::new(input)))
    };
    assert_eq!(read(7), read(10_000));
});
