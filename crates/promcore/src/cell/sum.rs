//! Sums that many threads add to concurrently: 32 of them in one block.

use crate::cell::examples::Examples;
use crate::cell::lanes::{self, LANES};
use crate::cell::rows::{Rows, Writer};
use crate::cell::split::{Elsewhere, HERE, Split};
use crate::cell::thread;
use crate::exemplar::Exemplar;
use crate::sync::{Arc, AtomicU64, OnceLock, Ordering};

/// A block of sums with whole and fractional parts.
///
/// Whole numbers and fractions are added up separately, as in Go, so that counts stay exact beyond 2^53.
#[derive(Debug)]
pub struct Sums {
    here: [Row; HERE],
    // Everything else is on one cache line, for scrapes to fetch.
    elsewhere: Elsewhere<Row>,
    /// Made for the first fraction; most counters never need it.
    fractions: OnceLock<Box<Fractions>>,
    examples: Examples,
}

/// One thread's cells for all sums of a block.
///
/// In neighbouring rows, the cells of one sum are 256 bytes apart, so that threads share neither its cache lines nor the pairs of lines that some processors fetch.
#[derive(Debug)]
#[repr(align(64))]
struct Row([AtomicU64; Sums::LEN]);

impl Row {
    fn new() -> Self {
        Self(std::array::from_fn(|_| AtomicU64::new(0)))
    }

    #[inline]
    fn cell(&self, at: usize) -> &AtomicU64 {
        &self.0[at % Sums::LEN]
    }

    #[inline]
    fn load(&self, at: usize) -> u64 {
        // Relaxed: a reader needs some recent value, not an order between sums.
        self.cell(at).load(Ordering::Relaxed)
    }
}

/// The fractions of a block of sums.
#[derive(Debug)]
struct Fractions {
    /// For each lane, the inline rows of the first threads.
    here: [[Row; HERE]; LANES],
    elsewhere: Elsewhere<Lanes>,
}

/// One thread's fractions: the lanes of each sum.
type Lanes = [Row; LANES];

impl Fractions {
    fn new() -> Self {
        Self {
            here: std::array::from_fn(|_| std::array::from_fn(|_| Row::new())),
            elsewhere: OnceLock::new(),
        }
    }

    /// Returns the inline row at a [place](lanes::next_here).
    #[inline]
    fn here(&self, place: usize) -> &Row {
        &self.here.as_flattened()[place % (LANES * HERE)]
    }

    fn elsewhere(&self) -> Option<&Lanes> {
        self.elsewhere.get()?.quick().map(|lanes| &**lanes)
    }

    fn writer_of(&self, thread: usize, lane: usize) -> Writer<'_, Row> {
        if let Some(row) = self.here[lane].get(thread) {
            return Writer::Own(row);
        }
        let rows = self.elsewhere.get_or_init(|| Box::new(Rows::new()));
        let new_lanes = || Box::new(std::array::from_fn(|_| Row::new()));
        match rows.writer_of(thread, new_lanes) {
            Writer::Own(lanes) => Writer::Own(&lanes[lane]),
            Writer::Shared(lanes) => Writer::Shared(&lanes[lane]),
        }
    }

    /// Calls `visit` for each existing row.
    fn each(&self, mut visit: impl FnMut(&Row)) {
        self.here.as_flattened().iter().for_each(&mut visit);
        if let Some(rows) = self.elsewhere.get() {
            rows.each(|(Writer::Own(lanes) | Writer::Shared(lanes))| {
                lanes.iter().for_each(&mut visit);
            });
        }
    }
}

/// Tells the compiler that the branch that calls this is rare.
#[cold]
#[inline(always)]
fn rarely() {}

/// All floats from here on are whole numbers.
const ALL_WHOLE: f64 = 4_503_599_627_370_496.0; // 2^52

/// The smallest whole number that does not fit into a cell: 2^64.
const TOO_LARGE: f64 = 2.0 * (1_u64 << 63) as f64;

impl Sums {
    pub(crate) const LEN: usize = 32;

    pub(crate) fn new() -> Self {
        Self {
            here: std::array::from_fn(|_| Row::new()),
            elsewhere: OnceLock::new(),
            fractions: OnceLock::new(),
            examples: Examples::new(),
        }
    }

    /// Returns the rows of whole numbers.
    #[inline]
    fn whole(&self) -> Split<'_, Row> {
        Split {
            here: &self.here,
            elsewhere: &self.elsewhere,
        }
    }

    /// Adds a whole number to the sum `at`; sums of whole numbers wrap at 2^64, as in Go.
    #[inline]
    pub(crate) fn add_whole(&self, at: usize, amount: u64) {
        match self.whole().here() {
            Some(row) => add_alone(row.cell(at), amount),
            None => self.add_elsewhere(at, amount),
        }
    }

    // The other paths are calls that take the fast path's arguments, so that the fast path is straight-line code and keeps nothing across a call.
    #[inline(never)]
    fn add_elsewhere(&self, at: usize, amount: u64) {
        match self.whole().elsewhere() {
            Some(row) => add_alone(row.cell(at), amount),
            None => self.add_as(thread::number(), at, amount),
        }
    }

    /// Adds a whole number on behalf of the thread number `thread`.
    pub(crate) fn add_as(&self, thread: usize, at: usize, amount: u64) {
        match self.whole().writer_of(thread, Row::new) {
            Writer::Own(row) => add_alone(row.cell(at), amount),
            // Relaxed: a sum is not ordered with anything else.
            Writer::Shared(row) => _ = row.cell(at).fetch_add(amount, Ordering::Relaxed),
        }
    }

    /// Adds to the sum `at`, and returns whether it did: not if `amount` is negative or NaN.
    // Always inlined: a call would cost as much as the addition.
    #[inline(always)]
    pub(crate) fn add(&self, at: usize, amount: f64) -> bool {
        // The lowest bits of this sum hold the whole part of `amount`, rounded.
        let shifted = amount + ALL_WHOLE;
        if shifted - ALL_WHOLE == amount {
            let whole = shifted.to_bits().wrapping_sub(ALL_WHOLE.to_bits());
            // Otherwise it is negative or at least 2^52.
            if whole < 1 << 52 {
                self.add_whole(at, whole);
                return true;
            }
        // The bits of floats from 0 on sort like the floats; all others have larger bits.
        } else if amount.to_bits() < ALL_WHOLE.to_bits() {
            self.add_fraction(at, amount);
            return true;
        }
        self.add_unusual(at, amount)
    }

    #[cold]
    #[inline(never)]
    fn add_unusual(&self, at: usize, amount: f64) -> bool {
        if amount >= TOO_LARGE {
            self.add_fraction(at, amount);
        } else if amount >= 0.0 {
            self.add_whole(at, amount as u64);
        } else {
            return false;
        }
        true
    }

    #[inline(always)]
    fn add_fraction(&self, at: usize, amount: f64) {
        if let Some(fractions) = self.fractions.get()
            && let Some(place) = lanes::next_here()
        {
            lanes::add_alone(fractions.here(place).cell(at), amount);
        } else {
            rarely();
            self.add_fraction_elsewhere(at, amount);
        }
    }

    #[inline(never)]
    fn add_fraction_elsewhere(&self, at: usize, amount: f64) {
        if let Some(fractions) = self.fractions.get()
            && let Some(row) = fractions.elsewhere()
            && let Some(lane) = lanes::next_in_turn()
        {
            lanes::add_alone(row[lane].cell(at), amount);
        } else {
            self.add_fraction_as(thread::number(), at, amount);
        }
    }

    /// Adds a fraction on behalf of the thread number `thread`.
    pub(crate) fn add_fraction_as(&self, thread: usize, at: usize, amount: f64) {
        let fractions = self.fractions.get_or_init(|| Box::new(Fractions::new()));
        let lane = lanes::next();
        match fractions.writer_of(thread, lane) {
            Writer::Own(row) => lanes::add_alone(row.cell(at), amount),
            Writer::Shared(row) => lanes::add_together(row.cell(at), amount),
        }
    }

    /// Stores an exemplar of the latest addition to the sum `at`.
    pub(crate) fn note(&self, at: usize, exemplar: Exemplar) {
        self.examples.put(at, Self::LEN, exemplar);
    }

    /// Sets the sum `at` to 0, while no thread adds to it.
    pub(crate) fn clear(&self, at: usize) {
        // Relaxed: handing the sum over orders this before the next addition.
        self.whole()
            .each(|row| row.cell(at).store(0, Ordering::Relaxed));
        if let Some(fractions) = self.fractions.get() {
            fractions.each(|row| row.cell(at).store(0, Ordering::Relaxed));
        }
        self.examples.clear(at);
    }

    /// Touches each cache line that [`read_all`](Self::read_all) needs.
    pub(crate) fn fetch(&self) -> u64 {
        let cells = self.here.iter().flat_map(|row| row.0.iter().step_by(8));
        let here = cells.fold(0, |all, cell| all ^ cell.load(Ordering::Relaxed));
        here ^ u64::from(self.fractions.get().is_some())
    }

    /// Appends all sums to `values`.
    pub(crate) fn read_all(&self, values: &mut Vec<f64>) {
        if self.elsewhere.get().is_some() || self.fractions.get().is_some() {
            values.extend((0..Self::LEN).map(|at| self.value(at)));
        } else {
            // The usual case: few threads, and only whole numbers.
            let [first, second] = &self.here;
            let whole = |at| first.load(at).wrapping_add(second.load(at));
            values.extend((0..Self::LEN).map(|at| to_float(whole(at))));
        }
    }

    /// Returns whether any of the sums has or had an exemplar.
    pub(crate) fn has_examples(&self) -> bool {
        !self.examples.is_empty()
    }

    /// Returns the latest exemplar of the sum `at`, and the sum read after it; `None` if there is no exemplar.
    pub(crate) fn example(&self, at: usize) -> Option<(Arc<Exemplar>, f64)> {
        let exemplar = self.examples.get(at)?;
        Some((exemplar, self.value(at)))
    }

    /// Returns the sum `at`.
    #[inline]
    pub(crate) fn value(&self, at: usize) -> f64 {
        let mut whole = 0_u64;
        self.whole()
            .each(|row| whole = whole.wrapping_add(row.load(at)));
        match self.fractions.get() {
            None => to_float(whole),
            Some(fractions) => {
                let mut sum = 0.0;
                fractions.each(|row| sum += f64::from_bits(row.load(at)));
                sum + to_float(whole)
            }
        }
    }
}

/// Converts a whole number, which is hardly ever so large that it takes more than one instruction.
#[inline]
fn to_float(whole: u64) -> f64 {
    match i64::try_from(whole) {
        Ok(whole) => whole as f64,
        Err(_) => whole as f64,
    }
}

/// Adds to a cell that only this thread writes to.
#[inline]
pub(crate) fn add_alone(cell: &AtomicU64, amount: u64) {
    // Relaxed, with a separate load and store: this thread is the only writer, and readers need some recent value.
    cell.store(
        cell.load(Ordering::Relaxed).wrapping_add(amount),
        Ordering::Relaxed,
    );
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[track_caller]
    fn check(amounts: &[f64], expected: f64) {
        let sums = Sums::new();
        amounts
            .iter()
            .for_each(|&amount| assert!(sums.add(5, amount)));
        assert_eq!(sums.value(5).to_bits(), expected.to_bits());
        assert_eq!(sums.value(4), 0.0, "the neighbour stays as it was");
        assert_eq!(sums.value(6), 0.0, "the neighbour stays as it was");
    }

    #[test]
    fn fractions_add_up_in_their_order() {
        check(&[0.1, 0.2, 0.3], 0.1 + 0.2 + 0.3);
        check(&[1.0, 0.5, 2.0], 3.5);
        check(&[-0.0], 0.0);
    }

    #[test]
    fn many_fractions_all_count() {
        check(&[0.25; 100_000], 25_000.0);
    }

    #[test]
    fn whole_numbers_stay_exact_beyond_2_to_the_53() {
        check(
            &[9_007_199_254_740_992.0, 1.0, 1.0],
            9_007_199_254_740_994.0,
        );
        check(&[ALL_WHOLE - 0.5, 0.5], ALL_WHOLE);
        check(&[ALL_WHOLE - 1.0, 1.0, 1.0], ALL_WHOLE + 1.0);
    }

    #[test]
    fn two_to_the_64_is_not_a_whole_number_that_fits() {
        check(&[TOO_LARGE], TOO_LARGE);
        check(&[f64::INFINITY, 1.0], f64::INFINITY);
        check(&[5e-324], 5e-324);
    }

    #[test]
    fn whole_numbers_wrap_as_in_go() {
        check(&[TOO_LARGE / 2.0; 2], 0.0);
    }

    #[test]
    fn what_does_not_go_up_is_not_added() {
        let sums = Sums::new();
        for amount in [-1.0, -0.5, -5e-324, f64::NAN, -f64::NAN, f64::NEG_INFINITY] {
            assert!(!sums.add(5, amount), "{amount}");
        }
        assert_eq!(sums.value(5), 0.0);
    }

    #[test]
    fn threads_of_all_numbers_count() {
        fn all(sums: &Sums) -> Vec<f64> {
            let mut all = Vec::new();
            sums.read_all(&mut all);
            all
        }
        let sums = Sums::new();
        for thread in [0, 1, 2, 9, 100, thread::NOBODY, thread::NOBODY] {
            sums.add_as(thread, 15, 1);
            assert_eq!(all(&sums)[15], sums.value(15));
            sums.add_fraction_as(thread, 15, 0.5);
        }
        assert_eq!(sums.value(15), 10.5);
        assert_eq!(all(&sums)[15], 10.5);
        assert_eq!(sums.value(0), 0.0);
        sums.add(14, 1.0);
        sums.note(15, Exemplar::default());
        sums.clear(15);
        assert_eq!((sums.value(15), sums.value(14)), (0.0, 1.0));
        assert_eq!(sums.example(15), None);
    }
}
