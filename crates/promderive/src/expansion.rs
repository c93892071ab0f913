//! Tests of the code that the macros generate, formatted.
//!
//! The files are in `tests/expand`; `TRYBUILD=overwrite cargo test` rewrites them, like the expected messages.

use std::path::{Path, PathBuf};
use std::{env, fs};

use syn::{DeriveInput, File};

use crate::{label_set, label_value};

/// Compares the expansion of `NAME.rs` with `NAME.expanded.rs`.
#[track_caller]
fn check(name: &str, expand: fn(&DeriveInput) -> syn::Result<proc_macro2::TokenStream>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expand");
    let read = |file: &PathBuf| fs::read_to_string(file).expect("the file is there");
    let input = syn::parse_str(&read(&folder.join(format!("{name}.rs")))).expect("it is an item");
    let made = expand(&input).expect("it is right");
    let made = syn::parse2::<File>(made).expect("it is Rust");
    let made = prettyplease::unparse(&made);
    let file = folder.join(format!("{name}.expanded.rs"));
    if env::var("TRYBUILD").is_ok_and(|what| what == "overwrite") {
        fs::write(&file, &made).expect("the folder is there");
    }
    assert_eq!(made, read(&file));
}

#[test]
fn label_sets() {
    for name in ["borrowed", "empty", "flattened", "generic"] {
        check(name, label_set::expand);
    }
}

#[test]
fn label_values() {
    check("variants", label_value::expand);
}
