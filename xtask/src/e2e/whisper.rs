//! The files in which Graphite stores points.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// The length of the header before the list of archives.
const HEAD: usize = 16;

/// The length of an archive in that list, and of a point: three words each.
const ENTRY: usize = 12;

/// Reads the points of a file with one archive, oldest first: the second and the value.
pub(super) fn points(path: &Path) -> Result<Vec<(u32, f64)>> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {path:?}"))?;
    parse(&bytes).with_context(|| format!("{path:?} is broken"))
}

fn parse(bytes: &[u8]) -> Option<Vec<(u32, f64)>> {
    let points = bytes.get(HEAD + ENTRY..)?.chunks_exact(ENTRY);
    let mut points: Vec<_> = points.map(point).collect::<Option<_>>()?;
    // Unused slots have time 0.
    points.retain(|(second, _)| *second > 0);
    points.sort_by_key(|(second, _)| *second);
    Some(points)
}

fn point(bytes: &[u8]) -> Option<(u32, f64)> {
    let (second, value) = bytes.split_at_checked(4)?;
    let second = u32::from_be_bytes(second.try_into().ok()?);
    Some((second, f64::from_be_bytes(value.try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_read_in_their_order() {
        let mut bytes = vec![7; HEAD + ENTRY];
        for (second, value) in [(1_700_000_001, 2.5), (0, 0.0), (1_700_000_000, -1.0)] {
            bytes.extend(u32::to_be_bytes(second));
            bytes.extend(f64::to_be_bytes(value));
        }
        let expected = [(1_700_000_000, -1.0), (1_700_000_001, 2.5)];
        assert_eq!(parse(&bytes).unwrap(), expected);
        assert_eq!(parse(&bytes[..HEAD + ENTRY]).unwrap(), []);
        assert_eq!(parse(&bytes[..HEAD]), None);
    }
}
