//! Models of summaries: every interleaving that loom finds.

use std::time::Duration;

use loom::thread;

use crate::family::SummaryValue;
use crate::summary::SummaryShape;
use crate::summary::sketches::Sketches;
use crate::summary::stream::Objective;
use crate::summary::windows::Ages;
use crate::sync::Arc;
use crate::time::{ManualClock, Timestamp};

/// A snapshot has count and sum of the same observations, also while a full buffer is taken in, and misses none that was complete before.
#[test]
fn buffers_that_are_taken_in_are_never_missed() {
    loom::model(|| {
        let shape = SummaryShape {
            objectives: vec![Objective {
                quantile: 0.5,
                error: 0.1,
            }],
            ages: Ages {
                max_age: Duration::from_secs(1),
                buckets: 1,
            },
            buffer: 2,
            clock: Arc::new(ManualClock::new(Timestamp::from_unix_nanos(0))),
        };
        let sketches = Arc::new(Sketches::new(1, &Arc::new(shape)));
        let now = Timestamp::from_unix_nanos(0);
        let observe = move |sketches: &Sketches| {
            sketches.observe_in(sketches.row_of(1), 0, 2.0, || now);
        };
        let read = |sketches: &Sketches| {
            let mut value = SummaryValue::default();
            sketches.read(0, &mut value);
            assert_eq!(value.sum, 2.0 * value.count as f64);
            value.count
        };
        observe(&sketches);
        let writer = {
            let sketches = Arc::clone(&sketches);
            thread::spawn(move || observe(&sketches))
        };
        assert!(read(&sketches) >= 1);
        writer.join().unwrap();
        assert_eq!(read(&sketches), 2);
    });
}
