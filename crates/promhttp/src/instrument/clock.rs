use std::sync::Arc;
use std::time::{Duration, Instant};

use promcore::{Clock, Timestamp};

/// Measures durations.
#[derive(Clone, Debug, Default)]
pub(crate) enum Stopwatch {
    /// With a monotonic clock.
    #[default]
    Forward,
    /// With a clock that a test controls.
    By(Arc<dyn Clock>),
    /// Not at all: reading a clock takes as long as incrementing a counter.
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

    /// Returns the time since `moment`, or zero if the clock was set back.
    pub(crate) fn since(&self, moment: Moment) -> Duration {
        match (self.now(), moment) {
            (Moment::At(now), Moment::At(then)) => now.saturating_duration_since(then),
            (Moment::By(now), Moment::By(then)) => now.saturating_since(then),
            // Unreachable, since a stopwatch has only one clock.
            _ => Duration::ZERO,
        }
    }
}
