//! The series of a table in the order of their labels, with the labels as a scrape writes them.
//!
//! Series that follow each other have much text in common, so each is kept as what differs from one before.
//! A scrape reads all this from front to back and copies most bytes from a text that it keeps at hand; pages are read together with nothing else, and kept until series are added in between.

mod page; // One page.
mod texts; // The texts of a page.

use std::cmp::Ordering as Order;
use std::sync::Arc;

use self::page::PAGE;
pub(crate) use self::page::Page;
pub use self::texts::{Text, Texts};
use crate::sync::{Mutex, lock};

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
pub(crate) struct Pages(Mutex<Arc<[Arc<Page>]>>);

/// What has become of the series of a table since its pages were made.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// The numbers of series that have gone, in any order; it does not matter whether the pages have them.
    pub(crate) removed: Vec<u32>,
    /// The numbers of new series, in any order; also such that were other series' before.
    pub(crate) added: Vec<u32>,
}

impl Pages {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Arc::new([])))
    }

    /// Returns pages with all series, after `changes` has told what became of them since it was asked last.
    ///
    /// It is asked under the lock of the pages, so that no scrape gets ahead of another one.
    ///
    /// The key of a series whose removal was told is never asked for again; those of all others are compared.
    pub(crate) fn update(
        &self,
        changes: impl FnOnce() -> Changes,
        source: &impl Source,
    ) -> Arc<[Arc<Page>]> {
        // Only scrapes take this lock: one waits while another one makes the pages that both need.
        let mut pages = lock(&self.0);
        let Changes { removed, added } = changes();
        if !removed.is_empty() || !added.is_empty() {
            let mut added: Vec<Keyed> = added.iter().map(|&n| (source.key(n), n)).collect();
            added.sort_unstable_by(|a, b| source.compare(a.0, b.0));
            *pages = with(&pages, &added, &Gone::of(&removed), source);
        }
        Arc::clone(&pages)
    }
}

/// A series, with its key before its number.
type Keyed = (u32, u32);

/// The numbers of series that have gone.
struct Gone(Vec<bool>);

impl Gone {
    fn of(removed: &[u32]) -> Self {
        let len = removed.iter().max().map_or(0, |&last| last as usize + 1);
        let mut gone = vec![false; len];
        removed
            .iter()
            .for_each(|&number| gone[number as usize] = true);
        Self(gone)
    }

    #[inline]
    fn has(&self, number: u32) -> bool {
        self.0.get(number as usize) == Some(&true)
    }
}

/// Returns pages with new series, which are sorted, among those that are there, and without those that have gone.
///
/// Pages that neither get nor lose any stay as they are, except behind one that lost so many that it is joined with the next.
fn with(
    old: &[Arc<Page>],
    mut added: &[Keyed],
    gone: &Gone,
    source: &impl Source,
) -> Arc<[Arc<Page>]> {
    let mut pages = Vec::with_capacity(old.len() + added.len().div_ceil(PAGE));
    // Series in their order that are not in a page yet.
    let mut loose = Vec::new();
    for (i, page) in old.iter().enumerate() {
        let numbers = page.numbers.iter().copied();
        let kept = numbers.filter(|&number| !gone.has(number));
        // What is added between two pages goes to the second one, and to the last one also what comes behind.
        let here = match kept.clone().next_back().map(|last| source.key(last)) {
            _ if i + 1 == old.len() => added.len(),
            Some(last) => added.partition_point(|new| source.compare(new.0, last).is_lt()),
            None => 0,
        };
        let here = added.split_off(..here).unwrap_or_default();
        let is_same = here.is_empty() && kept.clone().count() == page.numbers.len();
        if is_same && loose.is_empty() {
            pages.push(Arc::clone(page));
            continue;
        }
        let kept = kept.map(|number| (source.key(number), number));
        loose.append(&mut merge(kept, here, source));
        if loose.len() >= PAGE / 2 {
            make(&loose, source, &mut pages);
            loose.clear();
        }
    }
    // Of these two one is empty: new series are left only where there were no pages.
    make(&loose, source, &mut pages);
    make(added, source, &mut pages);
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
mod tests;
