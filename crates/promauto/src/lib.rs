//! Makes metrics and registers them in one step.
//!
//! What cannot be made or registered is a mistake in the program, so everything here panics where [`promcore`] returns an error; the message says what is wrong, and the location is the caller's.
//!
//! ```
//! let ops = promauto::counter("myapp_processed_ops_total", "The total number of processed events.");
//! ops.inc();
//! ```
//!
//! Functions register with the [default registry](promcore::default_registry); a [`Factory`] with a registerer of your choice:
//!
//! ```
//! let registry = promcore::Registry::new();
//! let requests = promauto::with(&registry).counter_vec("requests_total", "Requests.", ["code"]);
//! requests.with(["200"]).inc();
//! ```
//!
//! Statics are declared with [`metrics!`], and are exposed whether or not anything has touched them:
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
//! | one with labels | [`counter_vec`], [`counter_family`] and their like |
//! | one whose labels are known only at run time | [`dyn_counter_vec`] and its like |
//! | one with more than a name and a help text | [`counter_with_opts`], [`counter_vec_with_opts`] and their like |
//! | one whose value a closure tells | [`counter_fn`], [`gauge_fn`], [`untyped_fn`] |
//! | a collector of the program's own | [`register`] |
//! | what may be there already | [`get_or_create`] |
//! | any of these elsewhere than in the default registry | [`with`] |
//! | a static | [`metrics!`] |
//!
//! Follows [`prometheus/promauto`](https://pkg.go.dev/github.com/prometheus/client_golang/prometheus/promauto) of client_golang 1.24.1.
//!
//! # Minimum supported Rust version
//!
//! 1.88, raised only in minor releases and to a compiler at least six months old.

#![forbid(unsafe_code)]

mod factory; // Makes metrics and registers them in one registry.
mod makers; // What it makes, and the functions for the default registry.

mod declare; // What can be a static.
mod declared; // Statics that are metrics.
mod statics; // The macro that declares them.

pub use declare::Declare;
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
    //! What [`metrics!`](crate::metrics) needs; nobody else should use it, as it changes when that does.

    pub use promcore::{
        __declaration as declaration, CounterOpts, GaugeOpts, UntypedOpts, counter_fn, gauge_fn,
        untyped_fn,
    };

    pub use crate::statics::help;
}
