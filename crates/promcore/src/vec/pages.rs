//! The series of a table in the order of their labels, with the labels as a scrape writes them.
//!
//! Series that follow each other have much text in common, so each is kept as what differs from the one before.
//! A scrape reads all this from front to back and copies most bytes from where it has just put them; pages are read together with nothing else, and kept until series are born in between.

use std::cmp::Ordering as Order;
use std::sync::Arc;

use crate::sync::{Mutex, lock};

/// Most series that a page has.
pub(crate) const PAGE: usize = 128;

/// Some series that follow each other.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) numbers: Box<[u32]>,
    /// For each series, how many bytes of the text before remain, how many follow, and these.
    texts: Box<[u8]>,
}

impl Page {
    fn new(series: &[Keyed], text_of: impl Fn(u32, &mut Vec<u8>)) -> Self {
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

/// What pages are made of.
pub(crate) trait Source {
    /// Returns what series are compared by: the place of their labels, say.
    fn key(&self, number: u32) -> u32;

    /// Compares the labels of two series by their keys.
    fn compare(&self, a: u32, b: u32) -> Order;

    /// Appends the labels of the series with this key as they stand in a line of text.
    fn text(&self, key: u32, text: &mut Vec<u8>);
}

/// The pages of a table.
#[derive(Debug)]
pub(crate) struct Pages(Mutex<Known>);

#[derive(Debug)]
struct Known {
    pages: Arc<[Arc<Page>]>,
    /// How many series they have.
    len: u32,
}

impl Pages {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Known {
            pages: Arc::new([]),
            len: 0,
        }))
    }

    /// Returns pages with the series below `len`, or some more if others have asked for more already.
    pub(crate) fn of_first(&self, len: u32, source: &impl Source) -> Arc<[Arc<Page>]> {
        // Only scrapes take this lock: one waits while another one makes the pages that both need.
        let mut known = lock(&self.0);
        if known.len < len {
            let mut new: Vec<Keyed> = (known.len..len).map(|n| (source.key(n), n)).collect();
            new.sort_unstable_by(|a, b| source.compare(a.0, b.0));
            known.pages = with(&known.pages, &new, source);
            known.len = len;
        }
        Arc::clone(&known.pages)
    }
}

/// A series, with its key before its number.
type Keyed = (u32, u32);

/// Returns pages with new series, which are sorted, among those that are there. Pages that get none stay as they are.
fn with(old: &[Arc<Page>], mut new: &[Keyed], source: &impl Source) -> Arc<[Arc<Page>]> {
    let mut pages = Vec::with_capacity(old.len() + new.len().div_ceil(PAGE));
    for (i, page) in old.iter().enumerate() {
        let here = match old.get(i + 1).map(|next| source.key(next.numbers[0])) {
            None => new.len(),
            Some(next) => new.partition_point(|new| source.compare(new.0, next).is_lt()),
        };
        let here = new.split_off(..here).unwrap_or_default();
        if here.is_empty() {
            pages.push(Arc::clone(page));
        } else {
            let old = page
                .numbers
                .iter()
                .map(|&number| (source.key(number), number));
            make(&merge(old, here, source), source, &mut pages);
        }
    }
    make(new, source, &mut pages);
    pages.into()
}

/// Makes pages of sorted series, all about equally full.
fn make(series: &[Keyed], source: &impl Source, pages: &mut Vec<Arc<Page>>) {
    let count = series.len().div_ceil(PAGE).max(1);
    for part in series.chunks(series.len().div_ceil(count).max(1)) {
        let page = Page::new(part, |key, text| source.text(key, text));
        pages.push(Arc::new(page));
    }
}

fn merge(old: impl Iterator<Item = Keyed>, new: &[Keyed], source: &impl Source) -> Vec<Keyed> {
    let (mut old, mut new) = (old.peekable(), new.iter().copied().peekable());
    let next = std::iter::from_fn(|| match (old.peek(), new.peek()) {
        (Some(a), Some(b)) if source.compare(b.0, a.0).is_lt() => new.next(),
        (Some(_), _) => old.next(),
        (None, _) => new.next(),
    });
    next.collect()
}

#[cfg(all(test, not(loom)))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    impl Source for Vec<String> {
        fn key(&self, number: u32) -> u32 {
            number
        }

        fn compare(&self, a: u32, b: u32) -> Order {
            self[a as usize].cmp(&self[b as usize])
        }

        fn text(&self, key: u32, text: &mut Vec<u8>) {
            text.extend_from_slice(self[key as usize].as_bytes());
        }
    }

    fn read(pages: &[Arc<Page>]) -> Vec<String> {
        let mut all = Vec::new();
        for page in pages {
            let (mut texts, mut text) = (page.texts(), Text::default());
            for _ in &page.numbers {
                texts.next(&mut text);
                all.push(String::from_utf8_lossy(text.as_bytes()).into_owned());
            }
        }
        all
    }

    #[test]
    fn pages_grow_in_the_middle() {
        let source: Vec<String> = (0..10_000_u32)
            .map(|n| {
                format!(
                    "{}-{}",
                    n.wrapping_mul(2_654_435_761) % 10_007,
                    "x".repeat(n as usize % 300)
                )
            })
            .collect();
        let pages = Pages::new();
        for len in [0, 1, 2, 500, 501, 502, 9_999, 10_000] {
            let mut expected = source[..len as usize].to_vec();
            expected.sort_unstable();
            let made = pages.of_first(len, &source);
            assert_eq!(read(&made), expected);
            assert!(
                made.iter()
                    .all(|page| (1..=PAGE).contains(&page.numbers.len()))
            );
        }
    }

    #[test]
    fn pages_without_new_series_stay() {
        let source: Vec<String> = (0..1_001_u32)
            .map(|n| format!("{:04}", n * 7 % 1_001))
            .collect();
        let pages = Pages::new();
        let before = pages.of_first(1_000, &source);
        let after = pages.of_first(1_001, &source);
        let same = |page: &&Arc<Page>| before.iter().any(|old| Arc::ptr_eq(old, page));
        assert_eq!(after.iter().filter(same).count(), before.len() - 1);
    }

    proptest! {
        #[test]
        fn texts_come_back(texts in prop::collection::btree_set("[ab]{0,600}", 0..40)) {
            let source: Vec<String> = texts.into_iter().collect();
            let pages = Pages::new();
            prop_assert_eq!(read(&pages.of_first(source.len() as u32, &source)), source);
        }
    }
}
