//! Models of the cells: every interleaving that loom finds.

use loom::thread;

use crate::cell::gauge::Values;
use crate::cell::lanes::add_together;
use crate::cell::rows::{Line, Rows, Writer};
use crate::cell::stripes::{Observation, Stripes, Totals};
use crate::cell::sum::{Sums, add_alone};
use crate::cell::thread::NOBODY;
use crate::exemplar::Exemplar;
use crate::sync::{Arc, AtomicU64, Mutex, Ordering, lock};

fn sum(rows: &Rows<Box<Line>>) -> u64 {
    let mut sum = 0;
    rows.each(|(Writer::Own(row) | Writer::Shared(row))| {
        sum += row.cell(0).load(Ordering::Relaxed);
    });
    sum
}

/// Adds 1 on behalf of the thread number `thread`.
fn add(rows: &Rows<Box<Line>>, thread: usize) {
    match rows.writer_of(thread, || Box::new(Line::new())) {
        Writer::Own(row) => add_alone(row.cell(0), 1),
        Writer::Shared(row) => _ = row.cell(0).fetch_add(1, Ordering::Relaxed),
    }
}

/// Threads that claim own or shared rows, near and far, lose no update; joining them makes all of their updates visible.
#[test]
fn rows_lose_nothing() {
    for numbers in [[0, 1], [0, 9], [8, 9], [512, 512]] {
        loom::model(move || {
            let rows = Arc::new(Rows::new());
            let threads = numbers.map(|number| {
                let rows = Arc::clone(&rows);
                thread::spawn(move || {
                    add(&rows, number);
                    add(&rows, number);
                })
            });
            assert!(sum(&rows) <= 4);
            _ = threads.map(|thread| thread.join().unwrap());
            assert_eq!(sum(&rows), 4);
        });
    }
}

/// What a thread has written to a shared row is visible after joining it, even if another thread is still making the row.
#[test]
fn a_shared_row_is_known_to_all_who_write_to_it() {
    loom::model(|| {
        let rows = Arc::new(Rows::new());
        let [maker, writer] = [(); 2].map(|()| {
            let rows = Arc::clone(&rows);
            thread::spawn(move || add(&rows, NOBODY))
        });
        writer.join().unwrap();
        assert!(sum(&rows) >= 1);
        maker.join().unwrap();
    });
}

/// A number that is returned and taken again under a lock has one writer at a time: the next owner adds to everything that the former one wrote.
#[test]
fn recycled_rows_have_one_writer() {
    loom::model(|| {
        let rows = Arc::new(Rows::new());
        let free = Arc::new(Mutex::new(vec![0]));
        let threads = [(); 2].map(|()| {
            let (rows, free) = (Arc::clone(&rows), Arc::clone(&free));
            thread::spawn(move || {
                let number = lock(&free).pop();
                add(&rows, number.unwrap_or(1));
                lock(&free).extend(number);
            })
        });
        _ = threads.map(|thread| thread.join().unwrap());
        assert_eq!(sum(&rows), 2);
    });
}

/// Sums lose nothing, wherever the cells of a thread are.
#[test]
fn sums_lose_nothing() {
    loom::model(|| {
        let sums = Arc::new(Sums::new());
        let threads = [1, 9].map(|number| {
            let sums = Arc::clone(&sums);
            thread::spawn(move || {
                sums.add_as(number, 3, 1);
                sums.add_fraction_as(number, 3, 0.5);
            })
        });
        assert!(sums.value(3) <= 3.0);
        _ = threads.map(|thread| thread.join().unwrap());
        assert_eq!(sums.value(3), 3.0);
    });
}

/// A reader that sees an exemplar sees a sum that includes its increment.
#[test]
fn an_exemplar_is_never_ahead_of_its_sum() {
    loom::model(|| {
        let sums = Arc::new(Sums::new());
        let writer = {
            let sums = Arc::clone(&sums);
            thread::spawn(move || {
                for value in [1.0, 2.0] {
                    sums.add_as(9, 3, 1);
                    sums.note(3, Exemplar::new(Vec::new(), value, None));
                }
            })
        };
        if let Some((exemplar, sum)) = sums.example(3) {
            assert!(sum >= exemplar.value);
        }
        writer.join().unwrap();
    });
}

/// Fractions that threads without a row add concurrently all count.
#[test]
fn shared_fractions_all_count() {
    loom::model(|| {
        let cell = Arc::new(AtomicU64::new(0));
        let threads = [0.5, 0.25].map(|amount| {
            let cell = Arc::clone(&cell);
            thread::spawn(move || add_together(&cell, amount))
        });
        _ = threads.map(|thread| thread.join().unwrap());
        assert_eq!(f64::from_bits(cell.load(Ordering::Relaxed)), 0.75);
    });
}

/// A value that two threads move up, and that is spread meanwhile, keeps every step: it stays spread.
#[test]
fn a_value_is_spread_for_good() {
    loom::model(|| {
        let values = Arc::new(Values::new());
        // One thread is overtaken in its only step by all the steps with which the other spreads the value.
        let threads = [1, 3].map(|steps| {
            let values = Arc::clone(&values);
            thread::spawn(move || (0..steps).for_each(|_| values.add_as(steps, 0, 1.0)))
        });
        _ = threads.map(|thread| thread.join().unwrap());
        assert_eq!(values.value(0), 4.0);
    });
}

fn read(stripes: &Stripes) -> Totals {
    let mut totals = Totals::default();
    stripes.read(0, &mut totals, &mut Totals::default());
    totals
}

/// A reader sees each observation, even of several equal ones, as a whole or not at all, also while writers step aside, and nothing is lost.
#[test]
fn stripes_show_whole_observations() {
    loom::model(|| {
        let stripes = Arc::new(Stripes::new(1, 2));
        let writer = {
            let stripes = Arc::clone(&stripes);
            thread::spawn(move || {
                for (bucket, times) in [(0, 1), (1, 2)] {
                    let observation = Observation {
                        value: 1.0,
                        times,
                        bucket,
                    };
                    stripes.observe_as(3, 0, observation);
                }
            })
        };
        let totals = read(&stripes);
        assert_eq!(totals.sum, totals.buckets.iter().sum::<u64>() as f64);
        writer.join().unwrap();
        assert_eq!(read(&stripes).buckets, [1, 2]);
    });
}
