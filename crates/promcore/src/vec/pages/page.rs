//! One page: series with their labels as text.

use super::Keyed;
use super::texts::{BEHIND, LONG, STEM, Text, Texts};

/// Most series that a page has.
pub(super) const PAGE: usize = 128;

/// How many bytes each of the texts behind it must be shorter by to make a text a stem: a new stem takes whoever reads some time.
const GAIN: usize = 3;

/// Some series that follow each other.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) numbers: Box<[u32]>,
    /// For each series, two lengths as [`Texts`] has them.
    lens: Box<[[u8; 2]]>,
    /// What is left of the texts without what they have in common; before the rest of a long one stand its lengths, of eight bytes each. Some zeros are behind.
    rests: Box<[u8]>,
    /// How many bytes the longest text has.
    longest: usize,
}

impl Page {
    pub(super) fn new(series: &[Keyed], text_of: impl Fn(u32, &mut Vec<u8>)) -> Self {
        let (mut lens, mut rests) = (Vec::with_capacity(series.len()), Vec::new());
        let (mut stem, mut text, mut next) = (Vec::new(), Vec::new(), Vec::new());
        let (mut common, mut longest) = (0, 0);
        let mut keys = series.iter().map(|&(key, _)| key);
        if let Some(first) = keys.next() {
            text_of(first, &mut text);
        }
        for _ in series {
            next.clear();
            if let Some(key) = keys.next() {
                text_of(key, &mut next);
            }
            let with_text = common_len(&text, &next);
            // No more than this one: then the next one has that in common with the text before it as well.
            let with_stem = common_len(&stem, &next).min(common);
            let len = text.len() - common;
            let is_stem = len > Text::SHORT || with_text >= with_stem + GAIN;
            lens.push(push_lens(&mut rests, [common, len], is_stem));
            rests.extend_from_slice(&text[common..]);
            longest = longest.max(text.len());
            common = match is_stem {
                true => with_text,
                false => with_stem,
            };
            if is_stem {
                std::mem::swap(&mut stem, &mut text);
            }
            std::mem::swap(&mut text, &mut next);
        }
        rests.extend([0; BEHIND]);
        Self {
            numbers: series.iter().map(|&(_, number)| number).collect(),
            lens: lens.into(),
            rests: rests.into(),
            longest,
        }
    }

    /// Reads a bit of each cache line of the page.
    pub(crate) fn fetch(&self) -> u32 {
        let numbers = self.numbers.iter().step_by(16);
        let lens = self.lens.iter().step_by(32);
        let rests = self.rests.iter().step_by(64);
        numbers.fold(0, |all, number| all ^ number)
            ^ lens.fold(0, |all, len| all ^ u32::from(len[0]))
            ^ rests.fold(0, |all, rest| all ^ u32::from(*rest))
    }

    /// Returns the labels of the series.
    pub(crate) fn texts(&self) -> Texts<'_> {
        Texts::new(&self.lens, &self.rests, self.longest)
    }
}

/// Returns how many bytes two texts begin with are the same.
fn common_len(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// Returns the lengths of what a text has in common and of the rest; if they do not fit into two bytes, appends them to `rests`.
pub(super) fn push_lens(rests: &mut Vec<u8>, lens: [usize; 2], is_stem: bool) -> [u8; 2] {
    let [common, rest] = lens;
    let marked = if is_stem { STEM + rest } else { rest };
    if let [Ok(common), Ok(marked)] = [common, marked].map(u8::try_from)
        && [common, marked] != LONG
    {
        return [common, marked];
    }
    for len in lens {
        rests.extend((len as u64).to_le_bytes());
    }
    LONG
}
