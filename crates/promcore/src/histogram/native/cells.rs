//! Native histograms: counts that many threads add to, and that are limited as a whole.
//!
//! Each thread that observes has counts of its own for each series, under a lock that nobody else wants but whoever reads or limits the series.
//! Who needs all counts of a series takes all its locks, so that what it sees, or changes, is the same set of observations everywhere.

use crate::cell::rows::{Rows, Writer};
use crate::cell::stripes::Observation;
use crate::cell::thread;
use crate::exemplar::Exemplar;
use crate::family::HistogramValue;
use crate::histogram::native::NativeShape;
use crate::histogram::native::counts::{Counts, Resolution};
use crate::histogram::native::exemplars::Exemplars;
use crate::histogram::native::scale::COARSEST;
use crate::sync::{Arc, AtomicU32, Mutex, MutexGuard, Ordering, lock};
use crate::time::Timestamp;

/// A block of native histograms with equal options.
#[derive(Debug)]
pub(crate) struct Natives {
    shape: Arc<NativeShape>,
    rows: Rows<Row>,
    /// For each series, why an observation has to look at the series as a whole; 0 for most.
    reasons: Box<[AtomicU32]>,
    /// What concerns each series as a whole. Rows are made under this lock as well, so that whoever holds it knows all of them.
    control: Mutex<Box<[Control]>>,
}

/// The counts of a thread, for each series.
pub(crate) type Row = Box<[Mutex<Counts>]>;

/// There are more buckets than there may be, and something can still be done about it.
const TOO_MANY: u32 = 1;

/// A reset is due some time.
const SCHEDULED: u32 = 2;

#[derive(Debug)]
struct Control {
    /// The resolution that all threads count with.
    resolution: Resolution,
    /// When it was reset last, if ever.
    reset: Option<Timestamp>,
    /// When it is to be reset next, if that is known.
    scheduled: Option<Timestamp>,
    exemplars: Exemplars,
}

impl Control {
    fn new(shape: &NativeShape) -> Self {
        Self {
            resolution: shape.resolution,
            reset: None,
            scheduled: None,
            exemplars: Exemplars::default(),
        }
    }
}

impl Natives {
    pub(crate) fn new(series: usize, shape: &Arc<NativeShape>) -> Self {
        Self {
            shape: Arc::clone(shape),
            rows: Rows::new(),
            reasons: (0..series).map(|_| AtomicU32::new(0)).collect(),
            control: Mutex::new((0..series).map(|_| Control::new(shape)).collect()),
        }
    }

    fn empty(&self, resolution: Resolution) -> Counts {
        Counts::new(resolution, self.shape.buckets.len())
    }

    fn new_row(&self, controls: &[Control]) -> Row {
        let empty = |control: &Control| Mutex::new(self.empty(control.resolution));
        controls.iter().map(empty).collect()
    }

    /// Counts an observation in the series `at`, which was made at `born`.
    pub(crate) fn observe(
        &self,
        at: usize,
        observation: Observation,
        born: impl Fn() -> Timestamp,
    ) {
        let row = self
            .rows
            .quick()
            .unwrap_or_else(|| self.row_of(thread::number()));
        self.observe_in(row, at, observation, born);
    }

    /// Counts an observation in the row of a thread.
    pub(crate) fn observe_in(
        &self,
        row: &Row,
        at: usize,
        observation: Observation,
        born: impl Fn() -> Timestamp,
    ) {
        // Relaxed: what leads to a reason is seen under the locks.
        let reasons = self.reasons[at].load(Ordering::Relaxed);
        if reasons & SCHEDULED != 0 {
            self.reset_if_due(at);
        }
        let is_new = lock(&row[at]).observe(observation);
        if (is_new || reasons & TOO_MANY != 0) && self.shape.limits.max_buckets > 0 {
            self.limit(at, observation, born());
        }
    }

    /// Returns the row of the thread with the number `thread`.
    #[cold]
    pub(crate) fn row_of(&self, thread: usize) -> &Row {
        self.rows.made_for(thread).unwrap_or_else(|| {
            let controls = lock(&self.control);
            let (Writer::Own(row) | Writer::Shared(row)) =
                self.rows.writer_of(thread, || self.new_row(&controls));
            row
        })
    }

    /// Does one thing about too many buckets, in Go's order: a reset, a wider bucket for 0, or wider buckets everywhere.
    #[cold]
    fn limit(&self, at: usize, latest: Observation, born: Timestamp) {
        let limits = &self.shape.limits;
        let most = limits.max_buckets as usize;
        // Before the lock: whoever made the clock may do as they like.
        let now = self.shape.clock.now();
        let mut controls = lock(&self.control);
        let (control, mut all) = (&mut controls[at], self.all(at));
        if self.sum(control, &all).buckets() <= most {
            self.set_reasons(at, control, false);
            return;
        }
        if let Some(wait) = limits.min_reset_duration
            && control.scheduled.is_none()
        {
            let due = control.reset.unwrap_or(born).saturating_add(wait);
            if due <= now {
                self.reset(control, &mut all);
                control.reset = Some(now);
                if let Some(first) = all.first_mut() {
                    // So that the latest observation is not lost.
                    first.observe(latest);
                }
                self.set_reasons(at, control, false);
                return;
            }
            control.scheduled = Some(due);
        }
        let has_helped =
            self.widen_zero(control, &mut all) || Self::halve_resolution(control, &mut all);
        let is_too_many = has_helped && self.sum(control, &all).buckets() > most;
        self.set_reasons(at, control, is_too_many);
    }

    /// Counts the bucket nearest to 0 as 0, if 0 may be as wide as that.
    fn widen_zero(&self, control: &mut Control, all: &mut [MutexGuard<'_, Counts>]) -> bool {
        let most = self.shape.limits.max_zero_threshold;
        let now = control.resolution.zero_threshold;
        let next = self.sum(control, all).next_zero_threshold();
        let next = next.filter(|&(threshold, _)| now < most && threshold <= most);
        if let Some((threshold, nearest)) = next {
            control.resolution.zero_threshold = threshold;
            all.iter_mut()
                .for_each(|counts| counts.widen_zero(threshold, nearest));
        }
        next.is_some()
    }

    /// Makes all buckets twice as wide, unless they are as wide as can be.
    fn halve_resolution(control: &mut Control, all: &mut [MutexGuard<'_, Counts>]) -> bool {
        let can_be_halved = control.resolution.schema > COARSEST;
        if can_be_halved {
            control.resolution.schema -= 1;
            all.iter_mut().for_each(|counts| counts.halve_resolution());
        }
        can_be_halved
    }

    /// Resets the series `at` if the time has come for which that was planned.
    #[cold]
    fn reset_if_due(&self, at: usize) {
        let now = self.shape.clock.now();
        let mut controls = lock(&self.control);
        let control = &mut controls[at];
        if let Some(due) = control.scheduled.take_if(|due| *due <= now) {
            self.reset(control, &mut self.all(at));
            // Nobody has observed or looked since: it is as if it had been done in time.
            control.reset = Some(due);
            self.set_reasons(at, control, false);
        }
    }

    fn reset(&self, control: &mut Control, all: &mut [MutexGuard<'_, Counts>]) {
        control.resolution = self.shape.resolution;
        all.iter_mut()
            .for_each(|counts| **counts = self.empty(control.resolution));
    }

    fn set_reasons(&self, at: usize, control: &Control, is_too_many: bool) {
        let scheduled = if control.scheduled.is_some() {
            SCHEDULED
        } else {
            0
        };
        let too_many = if is_too_many { TOO_MANY } else { 0 };
        // Relaxed: see `observe`; only written under the lock of the control.
        self.reasons[at].store(scheduled | too_many, Ordering::Relaxed);
    }

    /// Locks all counts of the series `at`. Callers hold the lock of the control.
    fn all(&self, at: usize) -> Vec<MutexGuard<'_, Counts>> {
        let mut all = Vec::new();
        self.rows.each(|row| {
            let (Writer::Own(row) | Writer::Shared(row)) = row;
            all.push(lock(&row[at]));
        });
        all
    }

    fn sum(&self, control: &Control, all: &[MutexGuard<'_, Counts>]) -> Counts {
        let mut sum = self.empty(control.resolution);
        all.iter().for_each(|counts| sum.add(counts));
        sum
    }

    /// Adds an exemplar of what was observed before.
    pub(crate) fn add_exemplar(&self, at: usize, exemplar: Exemplar) {
        if !exemplar.value.is_nan() {
            lock(&self.control)[at]
                .exemplars
                .add(exemplar, self.shape.exemplars);
        }
    }

    /// Reads the series `at` into `value`, whose time of creation is that of the series.
    pub(crate) fn read(&self, at: usize, value: &mut HistogramValue) {
        // Relaxed: a reset that is planned in this moment is not due yet.
        if self.reasons[at].load(Ordering::Relaxed) & SCHEDULED != 0 {
            self.reset_if_due(at);
        }
        let controls = lock(&self.control);
        let control = &controls[at];
        self.sum(control, &self.all(at))
            .write(&self.shape.buckets.bounds, value);
        if let (Some(reset), Some(created)) = (control.reset, &mut value.created) {
            *created = reset;
        }
        if let Some(native) = &mut value.native {
            native.exemplars = control.exemplars.all().to_vec();
        }
    }

    /// Makes the series `at` empty, while nobody observes it.
    pub(crate) fn clear(&self, at: usize) {
        let mut controls = lock(&self.control);
        let control = &mut controls[at];
        *control = Control::new(&self.shape);
        self.reset(control, &mut self.all(at));
        self.set_reasons(at, control, false);
    }
}
