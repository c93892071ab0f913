//! Models of births: every interleaving that loom finds.

use loom::thread;

use crate::cell::sum::Sums;
use crate::desc::{Desc, DescOpts};
use crate::sink::ToPairs;
use crate::sync::Arc;
use crate::time::system_clock;
use crate::vec::index::Index;
use crate::vec::table::Table;

fn table() -> Arc<Table<Sums>> {
    let desc = Desc::new(DescOpts::new("m", "").variable_labels(["l"])).unwrap();
    Arc::new(Table::new(&desc, (), system_clock()))
}

/// B6: threads that ask for the same labels at the same time get the same series, and ones that ask for others get others.
#[test]
fn b6_a_series_is_born_once() {
    loom::model(|| {
        let table = table();
        let at = |table: &Table<Sums>, label| table.get(std::iter::once(label)).1;
        let threads = ["a", "b"].map(|label| {
            let table = Arc::clone(&table);
            thread::spawn(move || (at(&table, label), at(&table, "a")))
        });
        let [(a, a_first), (b, a_second)] = threads.map(|thread| thread.join().unwrap());
        assert_eq!((a, a), (a_first, a_second));
        assert_ne!(a, b);
        assert_eq!(table.pages()[0].numbers.len(), 2);
    });
}

/// A scrape that meets a birth sees the new series whole or not at all.
#[test]
fn a_scrape_sees_whole_series() {
    loom::model(|| {
        let table = table();
        let birth = {
            let table = Arc::clone(&table);
            thread::spawn(move || _ = table.get(std::iter::once("x")))
        };
        for &number in table.pages().iter().flat_map(|page| &page.numbers) {
            assert_eq!(table.labels(number).to_pairs()[0].value, "x");
        }
        birth.join().unwrap();
    });
}

/// A reader of an index that grows finds what was there before, or asks again under the lock.
#[test]
fn a_growing_index_keeps_its_numbers() {
    loom::model(|| {
        let index = Arc::new(Index::new());
        let insert = |index: &Index, n: u32| {
            let mut hash = index.hash();
            hash.add(n.into(), 0);
            index.insert(n as usize, hash.tag(), n);
        };
        let find = |index: &Index, n: u32| {
            let mut hash = index.hash();
            hash.add(n.into(), 0);
            index
                .under(hash.tag())
                .find_map(|found| (found == n).then_some(n))
        };
        (0..4).for_each(|n| insert(&index, n));
        let writer = {
            let index = Arc::clone(&index);
            thread::spawn(move || insert(&index, 4))
        };
        assert_eq!(find(&index, 3), Some(3));
        writer.join().unwrap();
        assert_eq!(find(&index, 4), Some(4));
    });
}
