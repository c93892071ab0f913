//! Derives the labels of `promcore`'s families.
//!
//! ```
//! use promcore::{CounterFamily, LabelSet, LabelValue};
//!
//! #[derive(LabelValue)]
//! #[label(rename_all = "lowercase")]
//! enum Outcome {
//!     Done,
//!     Failed,
//! }
//!
//! #[derive(LabelSet)]
//! struct Job<'a> {
//!     queue: &'a str,
//!     outcome: Outcome,
//! }
//!
//! let jobs = CounterFamily::<Job<'_>>::new("jobs_total", "Jobs, by how they ended.")?;
//! jobs.with(&Job { queue: "mail", outcome: Outcome::Done }).inc();
//! # let _ = Outcome::Failed;
//! # Ok::<(), promcore::Error>(())
//! ```
//!
//! Use it through `promcore`, whose feature `derive` re-exports both macros; what they make is part of neither crate's promises, only what it does.
//!
//! Go has nothing like it: labels are checked there when a program runs.
//!
//! # Minimum supported Rust version
//!
//! 1.88, raised only in minor releases and to a compiler at least six months old.

#![forbid(unsafe_code)]

mod label_set; // `#[derive(LabelSet)]`.
mod label_value; // `#[derive(LabelValue)]`.

mod attributes; // What stands in `#[label(...)]`.
mod generics; // The lifetimes of a look-up.
mod rename; // From names to labels, by serde's rules.

#[cfg(test)]
mod expansion;

use proc_macro2::TokenStream;
use syn::{DeriveInput, Error, Result, parse_macro_input};

/// Derives `LabelSet` for a struct, each of whose fields is a label.
///
/// A field is whatever is a `LabelValue`: text, owned or borrowed, whole numbers, `bool`, enums that [derive it](macro@LabelValue), and `Option`s of these, of which `None` is an empty text.
/// If the values of all fields are known beforehand, as those of enums and `bool` are, up to 16 384 metrics are found by number, which takes a fraction of the time.
/// Looking a metric up takes no allocation.
///
/// ```
/// use promcore::{CounterFamily, LabelSet, LabelValue};
///
/// #[derive(Clone, Copy, LabelValue)]
/// #[label(rename_all = "UPPERCASE")]
/// enum Method {
///     Get,
///     Post,
/// }
///
/// #[derive(LabelSet)]
/// struct Request<'a> {
///     code: u16,
///     method: Method,
///     route: &'a str,
/// }
///
/// let requests = CounterFamily::<Request>::new("http_requests_total", "Requests answered.")?;
/// requests.with(&Request { code: 200, method: Method::Get, route: "/users/:id" }).inc();
/// # Ok::<(), promcore::Error>(())
/// ```
///
/// It does not compile if two labels have the same name, or one is called `le` or `quantile`, which histograms and summaries add by themselves, or has a name that is empty or starts with two underscores.
///
/// Type parameters are asked for what their fields need, and must be `'static`.
///
/// # Attributes of the struct
///
/// - `rename_all = "…"` renames all fields: `lowercase`, `UPPERCASE`, `PascalCase`, `camelCase`, `snake_case`, `SCREAMING_SNAKE_CASE`, `kebab-case` or `SCREAMING-KEBAB-CASE`, as serde does it.
///
///   ```
///   use promcore::LabelSet;
///
///   #[derive(LabelSet)]
///   #[label(rename_all = "camelCase")]
///   struct Request {
///       status_code: u16,
///   }
///
///   assert_eq!(Request::NAMES, ["statusCode"]);
///   ```
///
/// - `crate = "…"` tells where `promcore` is, for those who have it from somebody else.
///
///   ```
///   mod telemetry {
///       pub use promcore as metrics;
///   }
///
///   #[derive(telemetry::metrics::LabelSet)]
///   #[label(crate = "telemetry::metrics")]
///   struct Request {
///       code: u16,
///   }
///   ```
///
/// # Attributes of fields
///
/// - `rename = "…"` gives the label another name; in a tuple struct, which has no names, each field needs it.
///
///   ```
///   use promcore::LabelSet;
///
///   #[derive(LabelSet)]
///   struct Call<'a> {
///       #[label(rename = "rpc.method")]
///       method: &'a str,
///   }
///
///   #[derive(LabelSet)]
///   struct Shard(#[label(rename = "shard")] u32);
///
///   assert_eq!([Call::NAMES, Shard::NAMES], [["rpc.method"], ["shard"]]);
///   ```
///
/// - `display` takes as value what the field shows; texts of up to 128 bytes need no allocation.
///
///   ```
///   use std::net::IpAddr;
///
///   use promcore::LabelSet;
///
///   #[derive(LabelSet)]
///   struct Peer {
///       #[label(display)]
///       address: IpAddr,
///   }
///
///   let peer = Peer { address: IpAddr::from([127, 0, 0, 1]) };
///   Peer::with_values(&peer, |values| assert_eq!(values, ["127.0.0.1"]));
///   ```
///
/// - `skip` leaves a field out: metrics that differ in nothing else are the same.
///
///   ```
///   use std::time::Instant;
///
///   use promcore::LabelSet;
///
///   #[derive(LabelSet)]
///   struct Job<'a> {
///       queue: &'a str,
///       #[label(skip)]
///       started: Instant,
///   }
///
///   assert_eq!(Job::NAMES, ["queue"]);
///   ```
///
/// - `flatten` takes the labels of a field that is a label set itself; all together there may be 32.
///
///   ```
///   use promcore::LabelSet;
///
///   #[derive(LabelSet)]
///   struct Route<'a> {
///       host: &'a str,
///       path: &'a str,
///   }
///
///   #[derive(LabelSet)]
///   struct Request<'a> {
///       #[label(flatten)]
///       route: Route<'a>,
///       code: u16,
///   }
///
///   assert_eq!(Request::NAMES, ["host", "path", "code"]);
///   ```
#[proc_macro_derive(LabelSet, attributes(label))]
pub fn label_set(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    made(label_set::expand(&input))
}

/// Derives `LabelValue` for an enum, each of whose variants is a value; they have no fields.
///
/// ```
/// use promcore::LabelValue;
///
/// #[derive(LabelValue)]
/// enum Outcome {
///     Success,
///     Failure,
/// }
///
/// Outcome::Failure.with_text(|text| assert_eq!(text, "Failure"));
/// assert_eq!(Outcome::COUNT, 2);
/// ```
///
/// # Attributes of the enum
///
/// - `rename_all = "…"` renames all variants, by the rules that label sets have.
/// - `crate = "…"` tells where `promcore` is, as for label sets.
///
///   ```
///   mod telemetry {
///       pub use promcore as metrics;
///   }
///   use telemetry::metrics::LabelValue;
///
///   #[derive(LabelValue)]
///   #[label(crate = "telemetry::metrics", rename_all = "kebab-case")]
///   enum Outcome {
///       NotFound,
///   }
///
///   Outcome::NotFound.with_text(|text| assert_eq!(text, "not-found"));
///   ```
///
/// # Attributes of variants
///
/// - `rename = "…"` gives a variant another text.
///
///   ```
///   use promcore::LabelValue;
///
///   #[derive(LabelValue)]
///   enum Class {
///       #[label(rename = "2xx")]
///       Success,
///       #[label(rename = "5xx")]
///       Failure,
///   }
///
///   Class::Failure.with_text(|text| assert_eq!(text, "5xx"));
///   ```
#[proc_macro_derive(LabelValue, attributes(label))]
pub fn label_value(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    made(label_value::expand(&input))
}

fn made(result: Result<TokenStream>) -> proc_macro::TokenStream {
    result.unwrap_or_else(Error::into_compile_error).into()
}
