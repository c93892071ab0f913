//! One page: series with their labels as text.

use super::Keyed;

/// Most series that a page has.
pub(super) const PAGE: usize = 128;

/// Some series that follow each other.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) numbers: Box<[u32]>,
    /// For each series, how many bytes of the text before remain, how many follow, and these.
    texts: Box<[u8]>,
}

impl Page {
    pub(super) fn new(series: &[Keyed], text_of: impl Fn(u32, &mut Vec<u8>)) -> Self {
        let (mut texts, mut before, mut text) = (Vec::new(), Vec::new(), Vec::new());
        for &(key, _) in series {
            text.clear();
            text_of(key, &mut text);
            let common = before.iter().zip(&text).take_while(|(a, b)| a == b).count();
            push_lens(&mut texts, [common, text.len() - common]);
            texts.extend_from_slice(&text[common..]);
            std::mem::swap(&mut before, &mut text);
        }
        Self {
            numbers: series.iter().map(|&(_, number)| number).collect(),
            texts: texts.into(),
        }
    }

    /// Reads a bit of each cache line of the page.
    pub(crate) fn fetch(&self) -> u32 {
        let numbers = self.numbers.iter().step_by(16);
        let texts = self.texts.iter().step_by(64);
        numbers.fold(0, |all, number| all ^ number)
            ^ texts.fold(0, |all, text| all ^ u32::from(*text))
    }

    /// Returns the texts, to be read one after the other.
    pub(crate) fn texts(&self) -> Texts<'_> {
        Texts(&self.texts)
    }
}

/// The texts of a page that have not been read yet.
#[derive(Clone, Debug)]
pub(crate) struct Texts<'a>(&'a [u8]);

/// A text as what differs from the one before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change<'a> {
    /// How many bytes of the text before remain.
    pub(crate) common: usize,
    /// The bytes that follow.
    pub(crate) rest: &'a [u8],
}

impl Change<'_> {
    /// Makes the text of the one before.
    pub(crate) fn apply(self, text: &mut Vec<u8>) {
        text.truncate(self.common);
        text.extend_from_slice(self.rest);
    }
}

impl<'a> Texts<'a> {
    /// Returns the next text.
    #[inline]
    pub(crate) fn next(&mut self) -> Change<'a> {
        let (common, more) = self.take_lens();
        let (rest, behind) = self.0.split_at(more);
        self.0 = behind;
        Change { common, rest }
    }

    /// Takes two lengths: bytes, or if one is too large for that, [`LONG`] and four bytes for each.
    #[inline]
    fn take_lens(&mut self) -> (usize, usize) {
        if let Some((&[common, more], behind)) = self.0.split_first_chunk()
            && common != LONG
        {
            self.0 = behind;
            return (common.into(), more.into());
        }
        self.0 = &self.0[1..];
        (self.take_long(), self.take_long())
    }

    #[cold]
    fn take_long(&mut self) -> usize {
        let (len, behind) = self
            .0
            .split_first_chunk()
            .expect("a long length has four bytes");
        self.0 = behind;
        u32::from_le_bytes(*len) as usize
    }
}

/// Says that two long lengths follow.
const LONG: u8 = u8::MAX;

fn push_lens(texts: &mut Vec<u8>, lens: [usize; 2]) {
    match lens.map(u8::try_from) {
        [Ok(common), Ok(more)] if common != LONG => texts.extend([common, more]),
        _ => {
            texts.push(LONG);
            for len in lens {
                let len = u32::try_from(len).expect("labels have less than 4 GiB");
                texts.extend(len.to_le_bytes());
            }
        }
    }
}
