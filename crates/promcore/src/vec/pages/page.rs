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

    /// Returns the texts, to be read one after the other.
    pub(crate) fn texts(&self) -> Texts<'_> {
        Texts(&self.texts)
    }
}

/// The texts of a page that have not been read yet.
#[derive(Debug)]
pub(crate) struct Texts<'a>(&'a [u8]);

/// A text that is made of the one before.
#[derive(Debug, Default)]
pub(crate) struct Text {
    /// The text, and some rubbish behind.
    bytes: Vec<u8>,
    len: usize,
}

impl Text {
    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl Texts<'_> {
    /// Makes the next text of the one before.
    #[inline]
    pub(crate) fn next(&mut self, text: &mut Text) {
        let (common, more) = self.take_lens();
        text.len = common + more;
        let to = text.bytes.get_mut(common..);
        // Mostly the texts differ in a few bytes at the end, so that one word is enough.
        if let Some(word) = to.and_then(|to| to.first_chunk_mut::<8>())
            && let Some(more_and_behind) = self.0.first_chunk::<8>()
            && more <= 8
        {
            *word = *more_and_behind;
        } else {
            text.bytes.resize(text.len + 8, 0);
            text.bytes[common..text.len].copy_from_slice(&self.0[..more]);
        }
        self.0 = &self.0[more..];
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
