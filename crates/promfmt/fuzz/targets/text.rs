//! Any bytes are parsed or refused as text, with the same result for pieces of any size and after any line.
#![no_main]

mod outcome;

use std::io::BufReader;

use libfuzzer_sys::fuzz_target;
use promfmt::TextParser;

fuzz_target!(|bytes: &[u8]| {
    let whole = read(bytes, 10_000);
    assert_eq!(read(bytes, 7), whole);
    let (families, error) = read(&apart(bytes), 10_000);
    // Comments are lines, too.
    assert_eq!((families, message(&error)), (whole.0, message(&whole.1)));
});

fn read(bytes: &[u8], piece: usize) -> (String, Option<String>) {
    let input = BufReader::with_capacity(piece, bytes);
    let (families, error) = outcome::of(TextParser::new(input));
    // As text, since NaN is not equal to itself.
    (format!("{families:?}"), error)
}

/// Inserts a comment between all lines, so that no line follows one of the same shape.
fn apart(bytes: &[u8]) -> Vec<u8> {
    let lines: Vec<_> = bytes.split_inclusive(|&byte| byte == b'\n').collect();
    lines.join(&b"#\n"[..])
}

/// Returns an error without its position.
fn message(error: &Option<String>) -> Option<&str> {
    let (_, message) = error.as_ref()?.split_once(": ")?;
    Some(message)
}
