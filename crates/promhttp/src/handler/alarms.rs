//! Timeouts that fire even if the scrape hangs.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

/// The action of an alarm.
type Ring = Box<dyn FnOnce() + Send>;

/// All alarms of a handler.
///
/// One thread waits for all of them, since there may be no runtime; it runs only while an alarm is set.
#[derive(Clone, Default)]
pub(super) struct Alarms(Arc<Clockwork>);

#[derive(Default)]
struct Clockwork {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Ordered by time, then by a number that makes the key unique.
    set: BTreeMap<(Instant, u64), Ring>,
    next_number: u64,
    is_watched: bool,
}

/// An alarm that is set; dropping it cancels it.
pub(super) struct Alarm {
    key: (Instant, u64),
    alarms: Alarms,
}

impl Alarms {
    /// Runs `ring` at `time`, unless the result is dropped before.
    ///
    /// It never runs if no thread can be started.
    pub(super) fn set(&self, time: Instant, ring: impl FnOnce() + Send + 'static) -> Alarm {
        let mut state = self.0.state();
        let key = (time, state.next_number);
        state.next_number += 1;
        state.set.insert(key, Box::new(ring));
        if state.is_watched {
            self.0.changed.notify_one();
        } else {
            let clockwork = Arc::clone(&self.0);
            let thread = thread::Builder::new().name("promhttp-timeout".to_owned());
            state.is_watched = thread.spawn(move || clockwork.run()).is_ok();
        }
        Alarm {
            key,
            alarms: self.clone(),
        }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        let clockwork = &self.alarms.0;
        let ring = clockwork.state().set.remove(&self.key);
        // Dropped here, after the lock is released.
        drop(ring);
        clockwork.changed.notify_one();
    }
}

impl Clockwork {
    /// Waits for one alarm after the other, until none is left.
    fn run(&self) {
        let mut state = self.state();
        while let Some(first) = state.set.first_entry() {
            let left = first.key().0.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let ring = first.remove();
                drop(state);
                ring();
                state = self.state();
            } else {
                let waited = self.changed.wait_timeout(state, left);
                (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
            }
        }
        state.is_watched = false;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alarm").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[test]
    fn alarms_ring_in_their_order_unless_they_are_taken_back() {
        let (alarms, (rings, rung)) = (Alarms::default(), mpsc::channel());
        let start = Instant::now();
        let set = |after: Duration| {
            let rings = rings.clone();
            alarms.set(start + after, move || rings.send(after).unwrap())
        };
        let nanos = Duration::from_nanos;

        let _never = set(Duration::from_secs(3_600));
        // Occupies the thread until all the others are set.
        let (go_on, wait) = mpsc::channel::<()>();
        let _gate = alarms.set(start, move || _ = wait.recv());
        let (_third, _first, second) = (set(nanos(3)), set(nanos(1)), set(nanos(2)));
        drop(second);
        drop(go_on);

        assert_eq!((rung.recv(), rung.recv()), (Ok(nanos(1)), Ok(nanos(3))));
    }

    #[test]
    fn no_alarm_rings_before_its_time() {
        let (alarms, (ring, rung)) = (Alarms::default(), mpsc::channel());
        let time = Instant::now() + Duration::from_millis(20);
        let _alarm = alarms.set(time, move || ring.send(Instant::now()).unwrap());
        assert!(time <= rung.recv().unwrap());
    }

    #[test]
    fn the_thread_ends_with_the_last_alarm_and_starts_again() {
        let alarms = Alarms::default();
        let is_watched = || alarms.0.state().is_watched;
        for _ in 0..3 {
            let hour = Duration::from_secs(3_600);
            let alarm = alarms.set(Instant::now() + hour, || ());
            assert!(is_watched());
            drop(alarm);
            while is_watched() {
                thread::yield_now();
            }
        }
    }
}
