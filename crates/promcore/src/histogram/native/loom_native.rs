//! Models of native histograms: every interleaving that loom finds.

use std::time::Duration;

use loom::thread;

use crate::cell::stripes::Observation;
use crate::family::HistogramValue;
use crate::histogram::buckets::Buckets;
use crate::histogram::native::NativeOpts;
use crate::histogram::native::cells::Natives;
use crate::sync::Arc;
use crate::time::{Clock, ManualClock, Timestamp};

const CREATED: Timestamp = Timestamp::from_unix_nanos(0);

fn limited(min_reset_duration: Option<Duration>, now: Timestamp) -> Arc<Natives> {
    natives(1, min_reset_duration, now)
}

fn natives(max_buckets: u32, min_reset_duration: Option<Duration>, now: Timestamp) -> Arc<Natives> {
    let mut opts = NativeOpts {
        factor: 2.0,
        ..NativeOpts::default()
    };
    opts.limits.max_buckets = max_buckets;
    opts.limits.min_reset_duration = min_reset_duration;
    let buckets = Arc::new(Buckets::new(Vec::new()).unwrap());
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(now));
    let shape = opts.shape(&buckets, &clock).unwrap().unwrap();
    Arc::new(Natives::new(1, &shape))
}

fn observe(natives: &Natives, thread: usize, value: f64) {
    let observation = Observation {
        value,
        times: 1,
        bucket: 0,
    };
    natives.observe_as(thread, 0, observation, || CREATED);
}

/// Reads the series, and checks that the buckets add up to the count.
fn read(natives: &Natives) -> HistogramValue {
    let mut value = HistogramValue::default();
    natives.read(0, &mut value);
    let native = value.native.as_ref().unwrap();
    let in_buckets: u64 = native.positive.counts().map(|(_, count)| count).sum();
    assert_eq!(in_buckets, value.count);
    assert!(value.sum >= value.count as f64);
    value
}

/// A snapshot contains whole observations, even while buckets become wider, and that loses none.
#[test]
fn wider_buckets_lose_nothing() {
    loom::model(|| {
        let natives = limited(None, CREATED);
        let threads = [(1, 1.0), (2, 3.0)].map(|(number, value)| {
            let natives = Arc::clone(&natives);
            thread::spawn(move || observe(&natives, number, value))
        });
        read(&natives);
        _ = threads.map(|thread| thread.join().unwrap());
        let value = read(&natives);
        assert_eq!((value.count, value.sum), (2, 4.0));
    });
}

/// A reset removes exactly the observations before the one that causes it, which is kept.
#[test]
fn a_reset_keeps_the_observation_that_leads_to_it() {
    loom::model(|| {
        let natives = limited(Some(Duration::from_nanos(1)), Timestamp::from_unix_nanos(5));
        observe(&natives, 1, 1.0);
        let other = {
            let natives = Arc::clone(&natives);
            thread::spawn(move || observe(&natives, 2, 3.0))
        };
        read(&natives);
        other.join().unwrap();
        let value = read(&natives);
        assert_eq!((value.count, value.sum), (1, 3.0));
    });
}

/// A snapshot contains whole observations, including those counted without a lock, and misses none that was made before it.
#[test]
fn what_is_counted_without_a_lock_is_read_whole() {
    loom::model(|| {
        let natives = natives(0, None, CREATED);
        let writer = {
            let natives = Arc::clone(&natives);
            thread::spawn(move || {
                observe(&natives, 1, 1.0);
                observe(&natives, 1, 3.0);
                observe(&natives, 1, 1.0);
            })
        };
        let value = read(&natives);
        assert!([(0, 0.0), (1, 1.0), (2, 4.0), (3, 5.0)].contains(&(value.count, value.sum)));
        writer.join().unwrap();
        let value = read(&natives);
        assert_eq!((value.count, value.sum), (3, 5.0));
    });
}
