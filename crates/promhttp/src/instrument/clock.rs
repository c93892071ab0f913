use std::sync::Arc;
use std::time::{Duration, Instant};

use promcore::{Clock, Timestamp};

/// Tells how long something took, by a clock that only goes forward unless a test owns the time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stopwatch(Option<Arc<dyn Clock>>);

/// When something began.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Moment {
    At(Instant),
    By(Timestamp),
}

impl Stopwatch {
    pub(crate) fn by(clock: Arc<dyn Clock>) -> Self {
        Self(Some(clock))
    }

    pub(crate) fn now(&self) -> Moment {
        match &self.0 {
            None => Moment::At(Instant::now()),
            Some(clock) => Moment::By(clock.now()),
        }
    }

    /// Returns the time since then; none if the clock was set back.
    pub(crate) fn since(&self, moment: Moment) -> Duration {
        match (self.now(), moment) {
            (Moment::At(now), Moment::At(then)) => now.saturating_duration_since(then),
            (Moment::By(now), Moment::By(then)) => now.saturating_since(then),
            // One stopwatch has one clock.
            _ => Duration::ZERO,
        }
    }
}
