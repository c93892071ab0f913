//! Pushes when a job ends, however it ends.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::Error;
use crate::pusher::Pusher;

type Report = Box<dyn FnOnce(&Error) + Send>;

/// Pushes once when it is dropped: at the end of a job, on an early return or in a panic.
///
/// Made by [`Pusher::push_on_drop`], [`Pusher::add_on_drop`] and [`Pusher::delete_on_drop`].
///
/// Limits of dropping:
///
/// - It blocks until the push is done, for as long as [`Pusher::timeout`] and [`Pusher::retry`] allow. In an async task this blocks the thread; call [`cancel`](Self::cancel) there, and await a push.
/// - It cannot return an error, but passes it to [`on_error`](Self::on_error). [`finish`](Self::finish) pushes immediately and returns the error, leaving drop for early returns and panics.
/// - It does not run if nothing is dropped: on `std::process::exit`, `abort`, a panic with `panic = "abort"`, a signal that kills the process, or in a static.
///
/// # Examples
///
/// ```no_run
/// use promcore::{Counter, with_causes};
/// use prompush::Pusher;
///
/// # fn rows() -> Result<Vec<u32>, Box<dyn std::error::Error>> { Ok(vec![]) }
/// fn import() -> Result<(), Box<dyn std::error::Error>> {
///     let imported = Counter::new("rows_imported_total", "Rows that were imported.")?;
///     let push = Pusher::new("push:9091", "import")
///         .collector(imported.clone())
///         .add_on_drop()
///         .on_error(|error| eprintln!("the metrics are lost: {}", with_causes(error)));
///     for _row in rows()? { // Metrics are pushed even if this fails.
///         imported.inc();
///     }
///     Ok(push.finish()?)
/// }
/// ```
#[must_use = "it pushes immediately if it is not kept"]
pub struct OnDrop {
    pusher: Pusher,
    push: fn(&Pusher) -> Result<(), Error>,
    on_error: Option<Report>,
    is_done: bool,
}

impl Pusher {
    /// Returns a guard that pushes like [`push`](Self::push) when it is dropped.
    pub fn push_on_drop(self) -> OnDrop {
        OnDrop::new(self, Self::push_blocking)
    }

    /// Returns a guard that pushes like [`add`](Self::add) when it is dropped.
    pub fn add_on_drop(self) -> OnDrop {
        OnDrop::new(self, Self::add_blocking)
    }

    /// Returns a guard that deletes like [`delete`](Self::delete) when it is dropped.
    ///
    /// Use it for metrics that should only be visible while the program runs.
    pub fn delete_on_drop(self) -> OnDrop {
        OnDrop::new(self, Self::delete_blocking)
    }
}

impl OnDrop {
    fn new(pusher: Pusher, push: fn(&Pusher) -> Result<(), Error>) -> Self {
        Self {
            pusher,
            push,
            on_error: None,
            is_done: false,
        }
    }

    /// Passes the error to `report` if the push on drop fails.
    ///
    /// A panic in `report` is ignored, since the drop may be part of a panic.
    pub fn on_error(mut self, report: impl FnOnce(&Error) + Send + 'static) -> Self {
        self.on_error = Some(Box::new(report));
        self
    }

    /// Returns the pusher, for pushes before the end.
    pub fn pusher(&self) -> &Pusher {
        &self.pusher
    }

    /// Pushes now, and not on drop.
    ///
    /// # Errors
    ///
    /// As for [`Pusher::push`].
    pub fn finish(mut self) -> Result<(), Error> {
        self.is_done = true;
        (self.push)(&self.pusher)
    }

    /// Ends without a push.
    pub fn cancel(mut self) {
        self.is_done = true;
    }
}

impl Drop for OnDrop {
    fn drop(&mut self) {
        if self.is_done {
            return;
        }
        let report = self.on_error.take();
        // A panic during unwinding would abort the process.
        let _ = catch_unwind(AssertUnwindSafe(|| {
            if let (Err(error), Some(report)) = ((self.push)(&self.pusher), report) {
                report(&error);
            }
        }));
    }
}

impl fmt::Debug for OnDrop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnDrop")
            .field("pusher", &self.pusher)
            .field("is_done", &self.is_done)
            .finish_non_exhaustive()
    }
}
