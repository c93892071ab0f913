//! Initial inputs: outputs of the Go client.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

/// Writes the outputs of these names from all scrapes in the corpus to files.
pub(super) fn write(corpus: &Path, outputs: &[&str], folder: &Path) -> Result<()> {
    let cases = corpus.join("exposition");
    for file in fs::read_dir(&cases).with_context(|| format!("cannot read {cases:?}"))? {
        let path = file?.path();
        let case: Value = serde_json::from_slice(&fs::read(&path)?)?;
        for &output in outputs {
            let Some(text) = case["expected"][output].as_str() else {
                continue;
            };
            let bytes = if output.ends_with("_b64") {
                from_base64(text)
            } else {
                text.as_bytes().to_vec()
            };
            let case = path.file_stem().unwrap_or_default().to_string_lossy();
            fs::write(folder.join(format!("{case}.{output}")), bytes)?;
        }
    }
    Ok(())
}

/// Decodes base64 that is known to be valid.
fn from_base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for digit in text.bytes() {
        let Some(value) = DIGITS.iter().position(|it| *it == digit) else {
            break;
        };
        bits = bits << 6 | value as u32;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded_with_and_without_padding() {
        for (text, bytes) in [
            ("", &b""[..]),
            ("YQ==", b"a"),
            ("YWI=", b"ab"),
            ("/+Aw", b"\xff\xe0\x30"),
        ] {
            assert_eq!(from_base64(text), bytes);
        }
    }
}
