//! The series of a table, sorted by labels and rendered for scrapes.
//!
//! Neighbouring series have much text in common, so each is stored as its difference from a previous one.
//! A scrape reads pages from front to back and copies most bytes from a text in the cache; a page contains nothing else, and is kept until one of its series is added or removed.

mod page; // One page.
mod texts; // The texts of a page.

use std::cmp::Ordering as Order;
use std::sync::Arc;

use self::page::PAGE;
pub(crate) use self::page::Page;
pub use self::texts::{Text, Texts};
use crate::sync::{Mutex, lock};

/// Access to the series of pages.
pub(crate) trait Source {
    /// Returns the key by which a series is compared, such as the place of its labels.
    fn key(&self, number: u32) -> u32;

    /// Compares the labels of two series by key.
    fn compare(&self, a: u32, b: u32) -> Order;

    /// Appends the labels of the series with this key, as rendered in a line of text.
    fn text(&self, key: u32, text: &mut Vec<u8>);
}

/// The pages of a table.
#[derive(Debug)]
pub(crate) struct Pages(Mutex<Arc<[Arc<Page>]>>);

/// The changes to the series of a table since its pages were made.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// The numbers of removed series, in any order; the pages need not have them.
    pub(crate) removed: Vec<u32>,
    /// The numbers of new series, in any order; removed series may have had the same numbers.
    pub(crate) added: Vec<u32>,
}

impl Pages {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Arc::new([])))
    }

    /// Returns pages with all series, applying the `changes` since the last call.
    ///
    /// `changes` is called under the lock of the pages, so that no scrape overtakes another one.
    ///
    /// The keys of removed series are never asked for again; those of all others are compared.
    pub(crate) fn update(
        &self,
        changes: impl FnOnce() -> Changes,
        source: &impl Source,
    ) -> Arc<[Arc<Page>]> {
        // Only scrapes take this lock: one waits while another makes the pages that both need.
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

/// The key and the number of a series.
type Keyed = (u32, u32);

/// The numbers of removed series.
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

/// Returns pages with new series, which are sorted, and without removed ones.
///
/// Unchanged pages are kept, except after a page that lost so many series that it is joined with the next.
fn with(
    old: &[Arc<Page>],
    mut added: &[Keyed],
    gone: &Gone,
    source: &impl Source,
) -> Arc<[Arc<Page>]> {
    let mut pages = Vec::with_capacity(old.len() + added.len().div_ceil(PAGE));
    // Sorted series that are not in a page yet.
    let mut loose = Vec::new();
    for (i, page) in old.iter().enumerate() {
        let numbers = page.numbers.iter().copied();
        let kept = numbers.filter(|&number| !gone.has(number));
        // Series between two pages go to the second one, and those after the last page to the last one.
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
    // One of these is empty: new series are left only if there were no pages.
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
