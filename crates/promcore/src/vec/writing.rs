//! All series of a table, written into a sink.

use crate::labels::LabelPair;
use crate::series::Cells;
use crate::sink::{Flow, Labels, Lines, Series as Shown, Sink, ToPairs};
use crate::vec::pages::{Page, Text};
use crate::vec::table::Table;

/// Most series whose values are read in advance.
const MOST_IN_ADVANCE: usize = 1 << 21;

/// What it takes to write series without an allocation for each.
pub(crate) struct Writing<'a, C: Cells> {
    table: &'a Table<C>,
    /// The values of all series by their numbers, or of none if they are too many.
    ///
    /// They are read in the order in which they lie in memory, which takes a fraction of the time that the order of the labels would take.
    values: Vec<C::Peek>,
    /// The values of a page. They are brought together first: the processor fetches many at once while it waits for none.
    of_page: Vec<C::Peek>,
    text: Text,
    cells: C::Scratch,
}

impl<'a, C: Cells> Writing<'a, C> {
    pub(crate) fn of(table: &'a Table<C>) -> Self {
        let mut values = Vec::new();
        if table.len() <= MOST_IN_ADVANCE && size_of::<C::Peek>() > 0 {
            values.reserve_exact(table.len().next_multiple_of(C::LEN));
            table
                .blocks()
                .for_each(|block| block.cells.peek_all(&mut values));
        }
        Self {
            table,
            values,
            of_page: Vec::new(),
            text: Text::default(),
            cells: C::Scratch::default(),
        }
    }

    /// Writes the series of a page.
    pub(crate) fn write(&mut self, page: &Page, sink: &mut dyn Sink) -> Flow {
        let Self { table, values, .. } = self;
        let wants_created = sink.wants_created();
        self.of_page.clear();
        self.of_page.extend(page.numbers.iter().map(|&number| {
            values.get(number as usize).copied().unwrap_or_else(|| {
                let (block, at) = table.at(number);
                block.cells.peek(at)
            })
        }));
        let mut texts = page.texts();
        if let Some(values) = C::numbers(&self.of_page)
            && table.are_legacy()
            && let Some(flow) = sink.lines(&mut Lines {
                texts: page.texts(),
                text: &mut self.text,
                values: values.iter(),
            })
        {
            return flow;
        }
        for (&number, &peek) in page.numbers.iter().zip(&self.of_page) {
            texts.next(&mut self.text);
            let series = Numbered(table, number);
            let labels = Labels::series(self.text.as_bytes(), &series, table.are_legacy());
            let cells = || {
                let (block, at) = table.at(number);
                (&block.cells, at)
            };
            let created = wants_created.then(|| {
                let (block, at) = table.at(number);
                block.birth(at)
            });
            C::show(cells, peek, created, &mut self.cells, |value| {
                sink.series(&Shown {
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
