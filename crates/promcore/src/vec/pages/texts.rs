//! The texts of a page, read in order.

/// Marks a stem whose lengths are stored in the rests.
pub(super) const LONG: [u8; 2] = [u8::MAX; 2];

/// The maximum length of a rest, unless the text is a stem.
const SHORT: usize = 16;

/// Second lengths from here on belong to stems, and are larger by this than the rest.
pub(super) const STEM: usize = SHORT + 1;

/// The number of bytes after the last rest, for readers that copy more than a rest.
pub(super) const BEHIND: usize = SHORT;

/// The labels of many series as text, each stored as its difference from previous ones.
///
/// Some texts are *stems*: whatever a text has in common with the previous one, it also has in common with the last stem.
/// So a reader that keeps the last stem can begin each text with a copy of all of it, and overwrite it with the rest.
#[derive(Clone, Debug)]
pub struct Texts<'a> {
    /// The number of bytes kept from the previous text, and the length of the rest, which for stems is larger by [`STEM`].
    lens: std::slice::Iter<'a, [u8; 2]>,
    rests: &'a [u8],
    longest: usize,
}

/// The labels of a series, without what they have in common with previous ones.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Text<'a> {
    /// The number of bytes in common with the previous text and the last stem; 0 for the first text.
    pub common: usize,
    /// The bytes after these, without the closing brace.
    pub rest: &'a [u8],
    /// The rest and the bytes after it in the page, unless this is a stem.
    short: Option<&'a [u8; SHORT]>,
}

impl Text<'_> {
    /// The maximum length of a rest, unless the text is a stem.
    pub const SHORT: usize = SHORT;
}

impl<'a> Text<'a> {
    /// Returns the rest and whatever bytes follow it, unless this text is a stem.
    ///
    /// Copying is faster if the length is known in advance.
    #[must_use]
    #[inline]
    pub fn short_rest(&self) -> Option<&'a [u8; SHORT]> {
        self.short
    }

    /// Turns the previous text into this one.
    pub(crate) fn apply(self, text: &mut Vec<u8>) {
        text.truncate(self.common);
        text.extend_from_slice(self.rest);
    }
}

impl<'a> Texts<'a> {
    pub(super) fn new(lens: &'a [[u8; 2]], rests: &'a [u8], longest: usize) -> Self {
        Self {
            lens: lens.iter(),
            rests,
            longest,
        }
    }

    /// Returns an upper bound of the length of the texts.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.longest
    }
}

impl<'a> Iterator for Texts<'a> {
    type Item = Text<'a>;

    #[inline]
    fn next(&mut self) -> Option<Text<'a>> {
        let lens = *self.lens.next()?;
        let [common, len] = lens.map(usize::from);
        let text;
        (text, self.rests) = match self.rests.first_chunk() {
            Some(short) if len < STEM => {
                let text = Text {
                    common,
                    rest: &short[..len],
                    short: Some(short),
                };
                (text, &self.rests[len..])
            }
            _ => split_stem(lens, self.rests),
        };
        Some(text)
    }
}

/// Splits off the rest of a stem.
// A call that takes values rather than references, so that the fast path keeps them in registers.
#[inline(never)]
fn split_stem(lens: [u8; 2], rests: &[u8]) -> (Text<'_>, &[u8]) {
    let ([common, len], rests) = match lens {
        LONG => split_long(rests),
        [common, len] => ([common.into(), usize::from(len) - STEM], rests),
    };
    let (rest, rests) = rests.split_at(len);
    let text = Text {
        common,
        rest,
        short: None,
    };
    (text, rests)
}

/// Splits off lengths that do not fit into two bytes.
fn split_long(rests: &[u8]) -> ([usize; 2], &[u8]) {
    let (lens, rests) = rests.split_at(2 * size_of::<u64>());
    let len = |at: usize| u64::from_le_bytes(lens.as_chunks().0[at]) as usize;
    ([len(0), len(1)], rests)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::super::page::push_lens;
    use super::*;

    /// Label values have at most 4 GiB, and more once they are escaped.
    #[test]
    fn lengths_of_all_sizes_come_back() {
        let large = [255, 256, 5 << 30];
        for lens in large.map(|len| [len / 2, len]) {
            let mut rests = Vec::new();
            assert_eq!(push_lens(&mut rests, lens, true), LONG);
            rests.push(7);
            assert_eq!(split_long(&rests), (lens, &[7][..]));
        }
    }
}
