//! Native histograms: counts that many threads add to, and that are limited as a whole.
//!
//! Each observing thread has its own counts for each series, under a lock that others only take to read or limit the series; without limits, its usual buckets need no lock.
//! Code that needs all counts of a series takes all its locks, so that it reads or changes the same observations everywhere.

use crate::cell::rows::{Rows, Writer};
use crate::cell::stripes::Observation;
use crate::cell::thread::{self, MAX_THREADS};
use crate::exemplar::Exemplar;
use crate::family::HistogramValue;
use crate::histogram::native::NativeShape;
use crate::histogram::native::counts::{Counts, Resolution};
use crate::histogram::native::exemplars::Exemplars;
use crate::histogram::native::front::Front;
use crate::histogram::native::scale::{COARSEST, bucket_of};
use crate::sync::{Arc, AtomicU32, Mutex, MutexGuard, Ordering, lock};
use crate::time::Timestamp;

/// A block of native histograms with equal options.
#[derive(Debug)]
pub(crate) struct Natives {
    shape: Arc<NativeShape>,
    /// The resolution, if it never changes, there are no classic buckets, and not all values are in the zero bucket.
    fixed: Option<Resolution>,
    rows: Rows<Row>,
    /// For each series, why observations have to look at it as a whole; mostly 0.
    reasons: Box<[AtomicU32]>,
    /// The overall state of each series. Rows are also made under this lock, so that its holder knows all of them.
    control: Mutex<Box<[Control]>>,
}

/// The counts of a thread, for each series.
pub(crate) type Row = Box<[Lane]>;

/// The counts of a thread in one series.
#[derive(Debug)]
pub(crate) struct Lane {
    /// The usual buckets, and the sum of all observations, if counts never change afterwards.
    front: Front,
    counts: Mutex<Counts>,
}

/// There are too many buckets, and something can still be done about it.
const TOO_MANY: u32 = 1;

/// A reset is scheduled.
const SCHEDULED: u32 = 2;

#[derive(Debug)]
struct Control {
    /// The resolution of all threads' counts.
    resolution: Resolution,
    /// When the series was last reset, if ever.
    reset: Option<Timestamp>,
    /// When the next reset is due, if known.
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

impl Lane {
    /// Counts an observation in `bucket` of the front if possible, otherwise in the other counts.
    #[cold]
    #[inline(never)]
    fn count(&self, bucket: Option<i32>, observation: Observation) {
        let mut counts = lock(&self.counts);
        let amount = observation.amount();
        if bucket.is_none_or(|bucket| !self.front.count(bucket, observation.times, amount)) {
            counts.count(observation);
            self.front.add_to_sum(amount);
        }
    }
}

impl Natives {
    pub(crate) fn new(series: usize, shape: &Arc<NativeShape>) -> Self {
        let is_fixed = shape.limits.max_buckets == 0 && shape.buckets.bounds.is_empty();
        // Otherwise every value is in the zero bucket, even infinity.
        let has_others = shape.resolution.zero_threshold < f64::MAX;
        Self {
            shape: Arc::clone(shape),
            fixed: (is_fixed && has_others).then_some(shape.resolution),
            rows: Rows::new(),
            reasons: (0..series).map(|_| AtomicU32::new(0)).collect(),
            control: Mutex::new((0..series).map(|_| Control::new(shape)).collect()),
        }
    }

    fn empty(&self, resolution: Resolution) -> Counts {
        Counts::new(resolution, self.shape.buckets.len())
    }

    fn new_row(&self, controls: &[Control]) -> Row {
        let empty = |control: &Control| Lane {
            front: Front::new(),
            counts: Mutex::new(self.empty(control.resolution)),
        };
        controls.iter().map(empty).collect()
    }

    /// Counts an observation in the series `at`, which was created at `created`.
    #[inline]
    pub(crate) fn observe(
        &self,
        at: usize,
        observation: Observation,
        created: impl FnOnce() -> Timestamp,
    ) {
        if let Some(row) = self.rows.quick() {
            self.observe_alone(&row[at], at, observation, created);
        } else {
            self.observe_as(thread::number(), at, observation, created);
        }
    }

    /// Counts an observation on behalf of the thread number `thread`.
    pub(crate) fn observe_as(
        &self,
        thread: usize,
        at: usize,
        observation: Observation,
        created: impl FnOnce() -> Timestamp,
    ) {
        match self.row_of(thread) {
            Writer::Own(row) => self.observe_alone(&row[at], at, observation, created),
            Writer::Shared(row) => self.observe_slowly(&row[at].counts, at, observation, created),
        }
    }

    /// Counts an observation where only this thread does.
    #[inline]
    fn observe_alone(
        &self,
        lane: &Lane,
        at: usize,
        observation: Observation,
        created: impl FnOnce() -> Timestamp,
    ) {
        let Some(resolution) = self.fixed else {
            return self.observe_slowly(&lane.counts, at, observation, created);
        };
        let bucket = (observation.value > resolution.zero_threshold)
            .then(|| bucket_of(observation.value, resolution.schema));
        if bucket.is_none_or(|bucket| {
            let amount = observation.amount();
            !lane.front.quick(bucket, observation.times, amount)
        }) {
            lane.count(bucket, observation);
        }
    }

    /// Counts an observation under the lock of the counts, and then limits the number of buckets.
    fn observe_slowly(
        &self,
        counts: &Mutex<Counts>,
        at: usize,
        observation: Observation,
        created: impl FnOnce() -> Timestamp,
    ) {
        // Relaxed: what a reason is about is read under the locks.
        let reasons = self.reasons[at].load(Ordering::Relaxed);
        if reasons & SCHEDULED != 0 {
            self.reset_if_due(at);
        }
        let is_new = lock(counts).observe(observation);
        // NaN is in no bucket, and as in Go no reason to reduce them.
        let asks = is_new || reasons & TOO_MANY != 0 && !observation.value.is_nan();
        if asks && self.shape.limits.max_buckets > 0 {
            self.limit(at, observation, created());
        }
    }

    /// Returns the row of the thread number `thread`.
    #[cold]
    fn row_of(&self, thread: usize) -> Writer<'_, Row> {
        if let Some(row) = self.rows.made_for(thread) {
            return match thread {
                ..MAX_THREADS => Writer::Own(row),
                _ => Writer::Shared(row),
            };
        }
        let controls = lock(&self.control);
        self.rows.writer_of(thread, || self.new_row(&controls))
    }

    /// Takes one measure against too many buckets, in Go's order: a reset, a wider zero bucket, or wider buckets everywhere.
    #[cold]
    fn limit(&self, at: usize, latest: Observation, created: Timestamp) {
        let limits = &self.shape.limits;
        let most = limits.max_buckets as usize;
        // Before taking the lock, because the clock may be user code.
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
            let due = control.reset.unwrap_or(created).saturating_add(wait);
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

    /// Counts the bucket nearest to 0 as 0, if the zero bucket may be that wide.
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

    /// Makes all buckets twice as wide, unless the resolution is the coarsest.
    fn halve_resolution(control: &mut Control, all: &mut [MutexGuard<'_, Counts>]) -> bool {
        let can_be_halved = control.resolution.schema > COARSEST;
        if can_be_halved {
            control.resolution.schema -= 1;
            all.iter_mut().for_each(|counts| counts.halve_resolution());
        }
        can_be_halved
    }

    /// Resets the series `at` if a scheduled reset is due.
    #[cold]
    fn reset_if_due(&self, at: usize) {
        let now = self.shape.clock.now();
        let mut controls = lock(&self.control);
        let control = &mut controls[at];
        if let Some(due) = control.scheduled.take_if(|due| *due <= now) {
            self.reset(control, &mut self.all(at));
            // Nothing was observed or read since, so this is the same as a reset in time.
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
        // Relaxed: see `observe_slowly`; only written under the lock of the control.
        self.reasons[at].store(scheduled | too_many, Ordering::Relaxed);
    }

    /// Locks all counts of the series `at`. Callers hold the lock of the control.
    fn all(&self, at: usize) -> Vec<MutexGuard<'_, Counts>> {
        let mut all = Vec::new();
        self.rows.each(|row| {
            let (Writer::Own(row) | Writer::Shared(row)) = row;
            all.push(lock(&row[at].counts));
        });
        all
    }

    fn sum(&self, control: &Control, all: &[MutexGuard<'_, Counts>]) -> Counts {
        let mut sum = self.empty(control.resolution);
        all.iter().for_each(|counts| sum.add(counts));
        sum
    }

    /// Adds what threads counted without a lock. Callers hold all locks of the counts.
    fn add_fronts(&self, at: usize, sum: &mut Counts) {
        let mut buckets = Vec::new();
        self.rows.each(|row| {
            let (Writer::Own(row) | Writer::Shared(row)) = row;
            let (count, amount) = row[at].front.read(&mut buckets);
            sum.add_positive(&buckets, count, amount);
        });
    }

    /// Adds an exemplar of an observation that was already counted.
    pub(crate) fn add_exemplar(&self, at: usize, exemplar: Exemplar) {
        if !exemplar.value.is_nan() {
            lock(&self.control)[at]
                .exemplars
                .add(exemplar, self.shape.exemplars);
        }
    }

    /// Reads the series `at` into `value`, whose creation time is that of the series.
    pub(crate) fn read(&self, at: usize, value: &mut HistogramValue) {
        // Relaxed: a reset that is being scheduled now is not due yet.
        if self.reasons[at].load(Ordering::Relaxed) & SCHEDULED != 0 {
            self.reset_if_due(at);
        }
        let controls = lock(&self.control);
        let control = &controls[at];
        let all = self.all(at);
        let mut sum = self.sum(control, &all);
        self.add_fronts(at, &mut sum);
        sum.write(&self.shape.buckets.bounds, value);
        drop(all);
        if let (Some(reset), Some(created)) = (control.reset, &mut value.created) {
            *created = reset;
        }
        if let Some(native) = &mut value.native {
            native.exemplars = control.exemplars.all().to_vec();
        }
    }

    /// Clears the series `at`, while no thread observes it.
    pub(crate) fn clear(&self, at: usize) {
        let mut controls = lock(&self.control);
        let control = &mut controls[at];
        *control = Control::new(&self.shape);
        self.reset(control, &mut self.all(at));
        self.rows.each(|row| {
            let (Writer::Own(row) | Writer::Shared(row)) = row;
            row[at].front.clear();
        });
        self.set_reasons(at, control, false);
    }
}
