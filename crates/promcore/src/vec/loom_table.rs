//! Models of new and removed series: every interleaving that loom finds.

use loom::thread;

use crate::cell::sum::Sums;
use crate::desc::{Desc, DescOpts};
use crate::series::Series;
use crate::sink::ToPairs;
use crate::sync::Arc;
use crate::time::system_clock;
use crate::vec::hash::Seeds;
use crate::vec::index::{Index, Taken};
use crate::vec::table::Table;

fn table() -> Arc<Table<Sums>> {
    dense(0)
}

/// Makes a table with this many numbered label sets.
fn dense(label_sets: usize) -> Arc<Table<Sums>> {
    let desc = Desc::new(DescOpts::new("m", "").variable_labels(["l"])).unwrap();
    Arc::new(Table::new(&desc, (), system_clock(), label_sets))
}

/// B6: threads that concurrently look up the same labels get the same series, and for other labels other series.
#[test]
fn b6_a_series_is_born_once() {
    loom::model(|| {
        let table = table();
        let at = |table: &Table<Sums>, label| table.get([label]).place.at();
        let threads = ["a", "b"].map(|label| {
            let table = Arc::clone(&table);
            thread::spawn(move || (at(&table, label), at(&table, "a")))
        });
        let [(a, a_first), (b, a_second)] = threads.map(|thread| thread.join().unwrap());
        assert_eq!((a, a), (a_first, a_second));
        assert_ne!(a, b);
        assert_eq!(table.scrape().pages[0].numbers.len(), 2);
    });
}

/// A scrape sees a new series as a whole or not at all.
#[test]
fn a_scrape_sees_whole_series() {
    loom::model(|| {
        let table = table();
        let maker = {
            let table = Arc::clone(&table);
            thread::spawn(move || _ = table.get(["x"]))
        };
        let scrape = table.scrape();
        for &number in scrape.pages.iter().flat_map(|page| &page.numbers) {
            assert_eq!(table.labels(number).to_pairs()[0].value, "x");
        }
        drop(scrape);
        maker.join().unwrap();
    });
}

/// A removed series is not found by the number of its label set, even if it was just getting it.
#[test]
fn a_number_leads_to_no_series_that_is_gone() {
    loom::model(|| {
        let table = dense(1);
        let reader = {
            let table = Arc::clone(&table);
            thread::spawn(move || {
                let found = table.get_numbered(0);
                Series::borrowed(found.unwrap_or_else(|| table.number(0, &["x"])))
                    .block()
                    .1
            })
        };
        table.number(0, &["x"]);
        table.remove(&["x"]);
        reader.join().unwrap();
        if let Some(found) = table.get_numbered(0) {
            assert!(!found.block.state(found.place.at()).is_gone());
        }
    });
}

/// Makes a table that has lost a series, so that later ones are counted.
fn counted() -> Arc<Table<Sums>> {
    let table = table();
    table.get(["first"]);
    assert!(table.remove(&["first"]));
    table
}

/// A place is reused only when its previous series can no longer be written to: what is counted for `a` never shows in `b`, which may get its place.
#[test]
fn a_series_that_is_held_is_nobody_elses() {
    loom::model(|| {
        let table = counted();
        let writer = {
            let table = Arc::clone(&table);
            thread::spawn(move || {
                let a = Series::borrowed(table.get(["a"]));
                let (sums, at) = a.cells();
                sums.add_as(1, at, 1);
            })
        };
        table.remove(&["a"]);
        let b = Series::borrowed(table.get(["b"]));
        let (sums, at) = b.cells();
        assert_eq!(sums.value(at), 0.0);
        writer.join().unwrap();
        assert_eq!(sums.value(at), 0.0);
    });
}

/// A scrape that meets a removal and a new series in the same place sees each series with its own labels and value.
#[test]
fn a_scrape_sees_no_series_in_the_place_of_another() {
    loom::model(|| {
        let table = counted();
        let count = |table: &Table<Sums>, label, amount| {
            let series = Series::borrowed(table.get([label]));
            let (sums, at) = series.cells();
            sums.add_as(1, at, amount);
        };
        count(&table, "a", 1);
        let churn = {
            let table = Arc::clone(&table);
            thread::spawn(move || {
                table.remove(&["a"]);
                count(&table, "b", 2);
            })
        };
        let scrape = table.scrape();
        for &number in scrape.pages.iter().flat_map(|page| &page.numbers) {
            let label = table.labels(number).to_pairs().remove(0).value;
            let (block, at) = table.at(number);
            let value = block.cells.value(at);
            assert!(value == if label == "a" { 1.0 } else { 2.0 } || label == "b" && value == 0.0);
        }
        drop(scrape);
        churn.join().unwrap();
    });
}

/// A reader of a growing index finds previous numbers, or nothing, and then retries under the lock.
#[test]
fn a_growing_index_keeps_its_numbers() {
    loom::model(|| {
        // Seeds are fixed in a model.
        let hash = |n: u32| {
            let seeds = Seeds::new();
            let mut hash = seeds.hash();
            hash.add(n.into(), 0);
            hash.finish()
        };
        let (index, mut taken) = (Arc::new(Index::new()), Taken::default());
        let insert = move |index: &Index, taken: &mut Taken, n: u32| {
            index.insert(taken, (hash(n), n), n as usize, |each| {
                (0..n).for_each(|n| each(hash(n), n));
            });
        };
        let find = |index: &Index, n: u32| index.under(hash(n)).any(|found| found == n);
        (0..4).for_each(|n| insert(&index, &mut taken, n));
        let writer = {
            let index = Arc::clone(&index);
            thread::spawn(move || insert(&index, &mut taken, 4))
        };
        assert!(find(&index, 3));
        writer.join().unwrap();
        assert!((0..5).all(|n| find(&index, n)));
    });
}
