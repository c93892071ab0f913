//! The texts of a page, read one after the other.

/// Says that the lengths are elsewhere, and the text is a stem.
pub(super) const LONG: [u8; 2] = [u8::MAX; 2];

/// Most bytes of a rest, unless the text is a stem.
const SHORT: usize = 16;

/// From here on the second length is that of a stem's rest, and more by this.
pub(super) const STEM: usize = SHORT + 1;

/// Behind the last rest are so many bytes, for whoever copies more than it has.
pub(super) const BEHIND: usize = SHORT;

/// The labels of many series as text, each as what differs from those before.
///
/// Some texts are *stems*: what a text has in common with the one before, it has in common with the last stem too.
/// So whoever keeps that stem may begin each text with it, as a whole, and put the rest over it.
#[derive(Clone, Debug)]
pub struct Texts<'a> {
    /// How many bytes of the text before remain, and how many follow; of stems this is more by [`STEM`].
    lens: std::slice::Iter<'a, [u8; 2]>,
    rests: &'a [u8],
    longest: usize,
}

/// The labels of a series, with what they have in common with those before left out.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Text<'a> {
    /// How many bytes are the same as in the text before, and in the last stem; 0 in the first one.
    pub common: usize,
    /// The bytes that follow them, without the closing brace.
    pub rest: &'a [u8],
    /// The rest and what is behind it in the page, unless this is a stem.
    short: Option<&'a [u8; SHORT]>,
}

impl Text<'_> {
    /// Most bytes of a rest, unless the text is a stem.
    pub const SHORT: usize = SHORT;
}

impl<'a> Text<'a> {
    /// Returns the rest and what happens to be behind it, unless this text is a stem.
    ///
    /// A copy takes less time if its length is known beforehand.
    #[must_use]
    #[inline]
    pub fn short_rest(&self) -> Option<&'a [u8; SHORT]> {
        self.short
    }

    /// Makes the whole text of the one before.
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

    /// Returns how many bytes the longest text has, or more.
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

/// Takes the rest of a stem off.
// A call, and given what it needs instead of where it is, so that the quick way has all that in registers.
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

/// Takes lengths off that did not fit.
fn split_long(rests: &[u8]) -> ([usize; 2], &[u8]) {
    let (lens, rests) = rests.split_at(2 * size_of::<u64>());
    let len = |at: usize| u64::from_le_bytes(lens.as_chunks().0[at]) as usize;
    ([len(0), len(1)], rests)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::super::page::push_lens;
    use super::*;

    /// Label values have 4 GiB at most, and more than that once they are escaped.
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
