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
//! Use it through `promcore`, whose feature `derive` re-exports both macros; the generated code may change in any release, but not its behaviour.
//!
//! Go has no equivalent: there, labels are checked at run time.
//!
//! # Minimum supported Rust version
//!
//! 1.88, raised only in minor releases and to a compiler at least six months old.

#![forbid(unsafe_code)]

mod label_set; // `#[derive(LabelSet)]`.
mod label_value; // `#[derive(LabelValue)]`.

mod attributes; // Parses `#[label(...)]`.
mod generics; // Generics and lifetimes.
mod rename; // Renames by serde's rules.

#[cfg(test)]
mod expansion;

use proc_macro2::TokenStream;
use syn::{DeriveInput, Error, Result, parse_macro_input};

/// Derives `LabelSet` for a struct whose fields are labels.
///
/// Fields implement `LabelValue`: owned or borrowed text, integers, `bool`, enums that [derive it](macro@LabelValue), and `Option`s of these, with an empty text for `None`.
/// If all fields have a fixed set of values, like enums and `bool`, up to 16 384 metrics are found by number, which takes a fraction of the time.
/// A look-up does not allocate.
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
/// It is a compile error if two labels have the same name, or if a name is empty, starts with two underscores, or is `le` or `quantile`, which histograms and summaries add themselves.
///
/// Type parameters get the bounds that their fields need, and must be `'static`.
///
/// # Attributes of the struct
///
/// - `rename_all = "…"` renames all fields as in serde: `lowercase`, `UPPERCASE`, `PascalCase`, `camelCase`, `snake_case`, `SCREAMING_SNAKE_CASE`, `kebab-case` or `SCREAMING-KEBAB-CASE`.
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
/// - `crate = "…"` sets the path of `promcore`, for a re-export by another crate.
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
/// - `rename = "…"` sets the name of the label; the fields of a tuple struct need it.
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
/// - `display` uses the `Display` text of the field as the value; texts of up to 128 bytes need no allocation.
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
/// - `skip` ignores the field, which is not a label.
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
/// - `flatten` adds the labels of a field that is itself a label set; the struct may then have up to 32 labels in total.
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

/// Derives `LabelValue` for an enum whose variants, which have no fields, are the label values.
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
/// - `rename_all = "…"` renames all variants, with the same rules as for label sets.
/// - `crate = "…"` sets the path of `promcore`, as for label sets.
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
/// - `rename = "…"` sets the text of a variant.
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
