use std::sync::Arc;
use std::time::{Duration, Instant};

use promcore::{Clock, Timestamp};

/// Tells how long something took.
#[derive(Clone, Debug, Default)]
pub(crate) enum Stopwatch {
    /// By a clock that only goes forward.
    #[default]
    Forward,
    /// By one that a test owns.
    By(Arc<dyn Clock>),
    /// Not at all, since nobody wants to know: a look at a clock takes as long as a counter.
    Off,
}

/// When something began.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Moment {
    At(Instant),
    By(Timestamp),
    Unknown,
}

impl Stopwatch {
    pub(crate) fn now(&self) -> Moment {
        match self {
            Self::Forward => Moment::At(Instant::now()),
            Self::By(clock) => Moment::By(clock.now()),
            Self::Off => Moment::Unknown,
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
