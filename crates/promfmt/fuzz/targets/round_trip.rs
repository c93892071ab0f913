//! Whatever a registry produces of any families is the same after it was written and read, in all formats.
#![no_main]

#[path = "../../tests/round_trip/check.rs"]
mod check;
#[path = "../../tests/round_trip/openmetrics.rs"]
mod openmetrics;
#[path = "../../tests/round_trip/registry.rs"]
mod registry;

use libfuzzer_sys::fuzz_target;
use promfmt::ProtobufParser;

fuzz_target!(|bytes: &[u8]| {
    // Protobuf says more than the others.
    let families = ProtobufParser::new(bytes).flatten().collect();
    check::check(&registry::admit(families));
});
