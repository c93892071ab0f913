//! The limits of the machine: rows for information, each on a word of its own.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::row::{Op, Turn, repeat};

/// A word alone in its pair of cache lines.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Padded(AtomicU64);

pub(super) fn plain_add() -> Op {
    Arc::new(|turn: Turn| {
        let mut count = 0u64;
        for _ in 0..turn.calls {
            *black_box(&mut count) += 1;
        }
        black_box(count);
    })
}

pub(super) fn fetch_add() -> Op {
    repeat(Padded::default(), |word| {
        word.0.fetch_add(1, Ordering::Relaxed);
    })
}

pub(super) fn store() -> Op {
    repeat(Padded::default(), |word| {
        word.0
            .store(black_box(42.0f64).to_bits(), Ordering::Relaxed);
    })
}

/// Each thread has its own word, which only it writes.
pub(super) fn load_store() -> Op {
    own_word(|word| {
        word.store(
            word.load(Ordering::Relaxed).wrapping_add(1),
            Ordering::Relaxed,
        )
    })
}

pub(super) fn load_store_f64() -> Op {
    own_word(|word| {
        let sum = f64::from_bits(word.load(Ordering::Relaxed)) + black_box(0.25);
        word.store(sum.to_bits(), Ordering::Relaxed);
    })
}

fn own_word(write: impl Fn(&AtomicU64) + Send + Sync + 'static) -> Op {
    let words: Vec<Padded> = (0..16).map(|_| Padded::default()).collect();
    Arc::new(move |turn: Turn| {
        let word = &words[turn.thread % 16].0;
        for _ in 0..turn.calls {
            write(black_box(word));
        }
    })
}
