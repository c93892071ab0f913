//! The output of a registry, for any families, is the same after a round trip in every format.
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
    // Protobuf carries more than the other formats.
    let families = ProtobufParser::new(bytes).flatten().collect();
    check::check(&registry::admit(families));
});
