//! Makes metrics and registers them in one step.
//!
//! A metric that cannot be made or registered is a bug in the program, so everything here panics where [`promcore`] returns an error; the message gives the reason, and the location is that of the caller.
//!
//! ```
//! let ops = promauto::counter("myapp_processed_ops_total", "The total number of processed events.");
//! ops.inc();
//! ```
//!
//! Functions register with the [default registry](promcore::default_registry); a [`Factory`] registers with a registerer of your choice:
//!
//! ```
//! let registry = promcore::Registry::new();
//! let requests = promauto::with(&registry).counter_vec("requests_total", "Requests.", ["code"]);
//! requests.with(["200"]).inc();
//! ```
//!
//! Statics are declared with [`metrics!`], and are exposed even if the program has not touched them yet:
//!
//! ```standalone_crate
//! promauto::metrics! {
//!     /// Jobs that are done.
//!     static JOBS: promcore::Counter = "jobs_total";
//! }
//!
//! JOBS.inc();
//! ```
//!
//! | to make and register | use |
//! |---|---|
//! | a metric without labels | [`counter`], [`gauge`], [`histogram`], [`summary`] |
//! | a metric with labels | [`counter_vec`], [`counter_family`] etc. |
//! | a metric with labels known only at run time | [`dyn_counter_vec`] etc. |
//! | a metric with further options | [`counter_with_opts`], [`counter_vec_with_opts`] etc. |
//! | a metric whose value a closure returns | [`counter_fn`], [`gauge_fn`], [`untyped_fn`] |
//! | a custom collector | [`register`] |
//! | a metric that may already be registered | [`get_or_create`] |
//! | any of these in another registry | [`with`] |
//! | a static | [`metrics!`] |
//!
//! Follows [`prometheus/promauto`](https://pkg.go.dev/github.com/prometheus/client_golang/prometheus/promauto) of client_golang 1.24.1.
//!
//! # Minimum supported Rust version
//!
//! 1.88, raised only in minor releases and to a compiler at least six months old.

#![forbid(unsafe_code)]

mod factory; // Makes metrics and registers them in one registry.
mod makers; // The methods of a factory, and the functions for the default registry.

mod declare; // The metrics that can be declared.
mod declared; // Metrics in statics.
mod statics; // The macro that declares them.

pub use declared::Declared;
pub use factory::{Factory, get_or_create, register, with};
pub use makers::{
    counter, counter_family, counter_family_with_opts, counter_fn, counter_vec,
    counter_vec_with_opts, counter_with_opts, dyn_counter_vec, dyn_counter_vec_with_opts,
    dyn_gauge_vec, dyn_gauge_vec_with_opts, dyn_histogram_vec, dyn_histogram_vec_with_opts,
    dyn_summary_vec, dyn_summary_vec_with_opts, gauge, gauge_family, gauge_family_with_opts,
    gauge_fn, gauge_vec, gauge_vec_with_opts, gauge_with_opts, histogram, histogram_family,
    histogram_family_with_opts, histogram_vec, histogram_vec_with_opts, histogram_with_opts,
    summary, summary_family, summary_family_with_opts, summary_vec, summary_vec_with_opts,
    summary_with_opts, untyped_fn,
};

#[doc(hidden)]
pub mod __private {
    //! For [`metrics!`](crate::metrics) only; it may change in any release.

    pub use promcore::{
        __declaration as declaration, CounterOpts, GaugeOpts, UntypedOpts, counter_fn, gauge_fn,
        untyped_fn,
    };

    pub use crate::declare::Declare;
    pub use crate::statics::help;
}
