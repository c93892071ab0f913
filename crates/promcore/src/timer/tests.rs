use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::*;
use crate::observer::observer_fn;
use crate::time::ManualClock;

/// Runs `act` with a timer and its clock, and expects the timer to record exactly these times.
#[track_caller]
fn check(act: impl FnOnce(Timer<&dyn Observer>, &ManualClock), expected: &[f64]) {
    let seen = RefCell::new(Vec::new());
    let clock = Arc::new(ManualClock::new(Timestamp::from_unix_nanos(7)));
    let observer = observer_fn(|seconds| seen.borrow_mut().push(seconds));
    let timer = Timer::with_clock(&observer as &dyn Observer, clock.clone());
    act(timer, &clock);
    assert_eq!(*seen.borrow(), expected);
}

/// Accepts exemplars with an even number of labels, and notes their number.
#[derive(Default)]
struct Even(RefCell<Vec<(f64, usize)>>);

impl Observer for Even {
    fn observe(&self, value: f64) {
        self.0.borrow_mut().push((value, usize::MAX));
    }
}

impl ExemplarObserver for Even {
    fn try_observe_with_exemplar(&self, value: f64, labels: Vec<LabelPair>) -> Result<(), Error> {
        if labels.len() % 2 == 1 {
            return Err(Error::custom("odd"));
        }
        self.0.borrow_mut().push((value, labels.len()));
        Ok(())
    }
}

#[test]
fn the_time_is_observed_whatever_is_wrong_with_its_exemplar() {
    let observer = Even::default();
    let clock = Arc::new(ManualClock::new(Timestamp::from_unix_nanos(0)));
    let timer = || {
        let timer = Timer::with_clock(&observer, clock.clone());
        clock.advance(STEP);
        timer
    };
    let odd = [("a", "1")];
    let elapsed = timer().observe_duration_with_exemplar([("a", "1"), ("b", "2")]);
    assert_eq!(elapsed, STEP);
    let error = timer().try_observe_duration_with_exemplar(odd);
    assert_eq!(error.unwrap_err().to_string(), "odd");
    let panics = || timer().observe_duration_with_exemplar(odd);
    assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
    let expected = [(1.5, 2), (1.5, usize::MAX), (1.5, usize::MAX)];
    assert_eq!(*observer.0.borrow(), expected);
}

const STEP: Duration = Duration::from_millis(1500);

#[test]
fn a_dropped_timer_observes_once() {
    check(
        |timer, clock| {
            clock.advance(STEP);
            drop(timer);
        },
        &[1.5],
    );
    check(
        |timer, clock| {
            clock.advance(STEP);
            assert_eq!(timer.elapsed(), STEP);
            clock.advance(STEP);
            assert_eq!(timer.observe_duration(), 2 * STEP);
        },
        &[3.0],
    );
}

#[test]
fn a_discarded_timer_observes_nothing() {
    check(
        |timer, clock| {
            clock.advance(STEP);
            assert_eq!(timer.stop_and_discard(), STEP);
        },
        &[],
    );
}

#[test]
fn a_panic_is_timed_too() {
    check(
        |timer, clock| {
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                let _timer = timer;
                clock.advance(STEP);
                std::panic::resume_unwind(Box::new(()));
            }));
            assert!(outcome.is_err());
        },
        &[1.5],
    );
}

#[test]
fn a_cancelled_future_is_timed_until_then() {
    check(
        |timer, clock| {
            let mut future = Box::pin(async move {
                let _timer = timer;
                std::future::pending::<()>().await;
            });
            let waker = &mut std::task::Context::from_waker(std::task::Waker::noop());
            assert!(future.as_mut().poll(waker).is_pending());
            clock.advance(STEP);
            drop(future);
        },
        &[1.5],
    );
}

#[test]
fn b17_a_clock_that_is_set_back_does_not_count() {
    check(
        |timer, clock| {
            clock.set(Timestamp::from_unix_nanos(3));
            drop(timer);
        },
        &[0.0],
    );
}

#[test]
fn time_passes_without_a_clock_of_ones_own() {
    let before = Instant::now();
    let timer = Timer::new(observer_fn(|seconds| assert!(seconds >= 0.0)));
    let elapsed = timer.observe_duration();
    assert!(elapsed <= before.elapsed());
}
