//! One page: series with their labels as text.

use super::Keyed;
use super::texts::{BEHIND, LONG, STEM, Text, Texts};

/// The maximum number of series in a page.
pub(super) const PAGE: usize = 128;

/// By how many bytes a text must shorten the next one to become a stem; a new stem costs readers some time.
const GAIN: usize = 3;

/// Some neighbouring series.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) numbers: Box<[u32]>,
    /// Two lengths for each series, as in [`Texts`].
    lens: Box<[[u8; 2]]>,
    /// The rests of the texts, without what they have in common; a long rest comes after its lengths, of eight bytes each. Some zeros follow the last rest.
    rests: Box<[u8]>,
    /// The length of the longest text.
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
            // At most `common`, so that the next text also has this in common with the text before it.
            let with_stem = common_len(&stem, &next).min(common);
            let len = text.len() - common;
            let is_stem = len > Text::SHORT || with_text >= with_stem + GAIN;
            lens.push(push_lens(&mut rests, [common, len], is_stem));
            rests.extend_from_slice(&text[common..]);
            longest = longest.max(text.len());
            common = if is_stem { with_text } else { with_stem };
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

    /// Touches each cache line of the page.
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

/// Returns the length of the common prefix of two texts.
fn common_len(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// Returns the lengths of the common part and the rest of a text; if they do not fit into two bytes, appends them to `rests`.
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
