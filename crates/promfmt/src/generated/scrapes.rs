//! Scrapes of the Go client.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// A scrape of the corpus.
pub(crate) struct Scrape {
    /// The path of its file.
    pub(crate) path: String,
    /// The Go client's bytes.
    pub(crate) bytes: Vec<u8>,
    /// The families as JSON.
    pub(crate) families: Value,
}

/// Reads every scrape of the corpus.
pub(crate) fn all() -> Vec<Scrape> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/corpus/exposition");
    let files = fs::read_dir(corpus).expect("the corpus is part of the repository");
    let mut scrapes = Vec::new();
    for file in files {
        let path = file.unwrap().path();
        let mut case: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let expected = &mut case["expected"];
        // Neither protobuf nor Rust can hold such a string.
        if !expected["families_error"].is_null() {
            continue;
        }
        let bytes = expected["protobuf_delimited_b64"].as_str().map(from_base64);
        if let Some(bytes) = bytes {
            scrapes.push(Scrape {
                path: path.display().to_string(),
                bytes,
                families: expected["families"].take(),
            });
        }
    }
    assert!(scrapes.len() > 200, "only {} scrapes", scrapes.len());
    scrapes
}

fn from_base64(text: &str) -> Vec<u8> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0);
    for digit in text.trim_end_matches('=').chars() {
        let digit = DIGITS.find(digit).expect("the corpus holds valid base64");
        bits = bits << 6 | u32::try_from(digit).unwrap();
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    bytes
}
