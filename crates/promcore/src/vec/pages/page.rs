//! One page: series with their labels as text.

use super::Keyed;

/// Most series that a page has.
pub(super) const PAGE: usize = 128;

/// Some series that follow each other.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) numbers: Box<[u32]>,
    /// For each series, how many bytes of the text before remain and how many follow; [`LONG`] if that does not fit.
    lens: Box<[[u8; 2]]>,
    /// The bytes that follow, of all series; before those of a long one stand the lengths, of four bytes each. Some zeros are behind.
    rests: Box<[u8]>,
    /// How many bytes the longest text has.
    longest: usize,
}

/// Behind the last rest are so many bytes, for whoever copies more than it has.
const BEHIND: usize = 16;

/// Says that the lengths are elsewhere.
const LONG: [u8; 2] = [u8::MAX; 2];

impl Page {
    pub(super) fn new(series: &[Keyed], text_of: impl Fn(u32, &mut Vec<u8>)) -> Self {
        let (mut lens, mut rests) = (Vec::with_capacity(series.len()), Vec::new());
        let (mut before, mut text, mut longest) = (Vec::new(), Vec::new(), 0);
        for &(key, _) in series {
            text.clear();
            text_of(key, &mut text);
            let common = before.iter().zip(&text).take_while(|(a, b)| a == b).count();
            lens.push(push_lens(&mut rests, [common, text.len() - common]));
            rests.extend_from_slice(&text[common..]);
            longest = longest.max(text.len());
            std::mem::swap(&mut before, &mut text);
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
        Texts {
            lens: self.lens.iter(),
            rests: &self.rests,
            longest: self.longest,
        }
    }
}

/// Returns two lengths as bytes; if they do not fit, appends them to `rests`.
fn push_lens(rests: &mut Vec<u8>, lens: [usize; 2]) -> [u8; 2] {
    if let [Ok(common), Ok(rest)] = lens.map(u8::try_from)
        && [common, rest] != LONG
    {
        return [common, rest];
    }
    for len in lens {
        let len = u32::try_from(len).expect("labels have less than 4 GiB");
        rests.extend(len.to_le_bytes());
    }
    LONG
}

/// The labels of many series as text, each as what differs from the one before.
///
/// See [`Lines`](crate::Lines) for an example.
#[derive(Clone, Debug)]
pub struct Texts<'a> {
    lens: std::slice::Iter<'a, [u8; 2]>,
    rests: &'a [u8],
    longest: usize,
}

impl Texts<'_> {
    /// Returns how many bytes the longest text has, or more.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.longest
    }
}

/// The labels of a series, with what they have in common with those before left out.
///
/// See [`Lines`](crate::Lines) for an example.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Text<'a> {
    /// How many bytes are the same as in the text before; 0 in the first one.
    pub common: usize,
    /// The bytes that follow them, without the closing brace.
    pub rest: &'a [u8],
    /// These and all that is behind them in the page.
    from_rest: &'a [u8],
}

impl<'a> Text<'a> {
    /// Returns as many bytes of the rest and of what happens to be behind it, or nothing if there are not so many.
    ///
    /// A copy takes less time if its length is known beforehand.
    #[must_use]
    #[inline]
    pub fn rest_and_more<const N: usize>(&self) -> Option<&'a [u8; N]> {
        self.from_rest.first_chunk()
    }

    /// Makes the whole text of the one before.
    pub(crate) fn apply(self, text: &mut Vec<u8>) {
        text.truncate(self.common);
        text.extend_from_slice(self.rest);
    }
}

impl<'a> Iterator for Texts<'a> {
    type Item = Text<'a>;

    #[inline]
    fn next(&mut self) -> Option<Text<'a>> {
        let lens = *self.lens.next()?;
        let ([common, len], from_rest) = match lens {
            LONG => split_long(self.rests),
            lens => (lens.map(usize::from), self.rests),
        };
        let rest;
        (rest, self.rests) = from_rest.split_at(len);
        Some(Text {
            common,
            rest,
            from_rest,
        })
    }
}

/// Reads lengths that did not fit, and returns what is behind.
#[cold]
fn split_long(rests: &[u8]) -> ([usize; 2], &[u8]) {
    let (lens, behind) = rests
        .split_first_chunk::<8>()
        .expect("long lengths have four bytes each");
    let [a, b, c, d, rest @ ..] = *lens;
    let lens = [[a, b, c, d], rest].map(|len| u32::from_le_bytes(len) as usize);
    (lens, behind)
}
