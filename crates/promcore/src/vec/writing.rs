//! Writing all series of a table to a sink.

use std::hint::black_box;
use std::sync::Arc;

use crate::labels::LabelPair;
use crate::series::Cells;
use crate::sink::{Flow, Labels, Lines, Series as Shown, Sink, ToPairs};
use crate::vec::advance::Share;
use crate::vec::pages::Page;
use crate::vec::table::Table;

/// The number of blocks that are fetched before any is read: the processor loads many cache lines in parallel if nothing else depends on their contents.
const BLOCKS_AT_ONCE: usize = 16;

/// The number of pages that are fetched before their values are gathered.
const PAGES_AT_ONCE: usize = 16;

/// The number of series that are fetched before they are shown.
const SERIES_AT_ONCE: usize = 16;

/// State for writing series without an allocation for each.
pub(crate) struct Writing<'a, C: Cells> {
    table: &'a Table<C>,
    /// The values of all series by number; empty if there is no memory left for them.
    ///
    /// They are read in the order of memory, which takes a fraction of the time of reading them in the order of labels.
    values: Vec<C::Peek>,
    _memory: Option<Share>,
    may_have_exemplars: bool,
    text: Vec<u8>,
    cells: C::Scratch,
}

impl<'a, C: Cells> Writing<'a, C> {
    pub(crate) fn of(table: &'a Table<C>) -> Self {
        let (mut values, mut may_have_exemplars) = (Vec::new(), false);
        let length = table.len().next_multiple_of(C::LEN);
        let memory = Share::take(length * size_of::<C::Peek>());
        let blocks: Vec<_> = table.blocks().map(|block| &block.cells).collect();
        if memory.is_some() {
            values.reserve_exact(length);
        }
        for blocks in blocks.chunks(BLOCKS_AT_ONCE) {
            if memory.is_some() {
                black_box(blocks.iter().fold(0, |all, cells| all ^ cells.fetch()));
                blocks.iter().for_each(|cells| cells.peek_all(&mut values));
            }
            // While they are in the cache.
            may_have_exemplars |= blocks.iter().any(|cells| cells.may_have_exemplars());
        }
        Self {
            table,
            values,
            _memory: memory,
            may_have_exemplars,
            text: Vec::new(),
            cells: C::Scratch::default(),
        }
    }

    /// Writes the series of all pages.
    pub(crate) fn write(&mut self, pages: &[Arc<Page>], sink: &mut dyn Sink) -> Flow {
        // Only plain numbers have the same size in both passes.
        if C::numbers(&[]).is_some() && sink.measures() {
            self.each_page(pages, |writing, page, peeks| {
                writing.one_by_one(page, peeks, true, |series| {
                    sink.measure(series);
                    Flow::Continue(())
                })
            })?;
        }
        self.each_page(pages, |writing, page, peeks| {
            writing.write_page(page, peeks, sink)
        })
    }

    /// Passes pages and the values of their series to `take`.
    fn each_page(
        &mut self,
        pages: &[Arc<Page>],
        mut take: impl FnMut(&mut Self, &Page, &[C::Peek]) -> Flow,
    ) -> Flow {
        let mut of_pages = Vec::new();
        for pages in pages.chunks(PAGES_AT_ONCE) {
            black_box(pages.iter().fold(0, |all, page| all ^ page.fetch()));
            of_pages.clear();
            for page in pages {
                of_pages.extend(page.numbers.iter().map(|&number| self.peek(number)));
            }
            let mut behind = &of_pages[..];
            for page in pages {
                let (of_page, others) = behind.split_at(page.numbers.len());
                behind = others;
                take(self, page, of_page)?;
            }
        }
        Flow::Continue(())
    }

    #[inline]
    fn peek(&self, number: u32) -> C::Peek {
        match self.values.get(number as usize) {
            Some(&value) => value,
            None => self.peek_in_place(number),
        }
    }

    // A call: the loop around the fast path is so short that the processor waits for many values at a time.
    #[inline(never)]
    fn peek_in_place(&self, number: u32) -> C::Peek {
        let (block, at) = self.table.at(number);
        block.cells.peek(at)
    }

    /// Writes the series of a page with their values.
    fn write_page(&mut self, page: &Page, peeks: &[C::Peek], sink: &mut dyn Sink) -> Flow {
        if let Some(values) = C::numbers(peeks)
            && self.table.are_legacy()
            && let Some(flow) = sink.lines(Lines {
                texts: page.texts(),
                values,
                may_have_exemplars: self.may_have_exemplars,
            })
        {
            return flow;
        }
        let wants_created = sink.wants_created();
        self.one_by_one(page, peeks, wants_created, |series| sink.series(series))
    }

    /// Passes the series of a page with their values to `show`.
    fn one_by_one(
        &mut self,
        page: &Page,
        peeks: &[C::Peek],
        wants_created: bool,
        mut show: impl FnMut(&Shown<'_>) -> Flow,
    ) -> Flow {
        let table = self.table;
        let cells_of = |number| {
            let (block, at) = table.at(number);
            (&block.cells, at)
        };
        let series = page.numbers.iter().zip(peeks).zip(page.texts());
        for (at, ((&number, &peek), text)) in series.enumerate() {
            if at % SERIES_AT_ONCE == 0 {
                let next = page.numbers[at..].iter().take(SERIES_AT_ONCE);
                black_box(next.fold(0, |all, &next| all ^ C::fetch_one(|| cells_of(next))));
            }
            text.apply(&mut self.text);
            let series = Numbered(table, number);
            let labels = Labels::series(&self.text, &series, table.are_legacy());
            let created = wants_created.then(|| {
                let (block, at) = table.at(number);
                block.created(at)
            });
            let cells = || cells_of(number);
            C::show(cells, peek, created, &mut self.cells, |value| {
                show(&Shown {
                    labels,
                    value,
                    timestamp_ms: None,
                })
            })?;
        }
        Flow::Continue(())
    }
}

/// A series of a table.
struct Numbered<'a, C: Cells>(&'a Table<C>, u32);

impl<C: Cells> ToPairs for Numbered<'_, C> {
    fn to_pairs(&self) -> Vec<LabelPair> {
        self.0.labels(self.1).to_pairs()
    }
}
