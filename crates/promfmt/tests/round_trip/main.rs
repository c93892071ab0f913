//! The output of a registry is the same after it is encoded, parsed and encoded again.
#![expect(unreachable_pub, reason = "the fuzz targets have these modules, too")]

mod check; // The round trip.
mod openmetrics; // What OpenMetrics forbids.
mod registry; // The families that a registry produces.
mod trees; // Families of all kinds.

use promfmt::{Escaping, Format};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn what_a_registry_produces_is_the_same_after_reading(families in trees::families()) {
        check::check(&registry::admit(families));
    }

    #[test]
    fn what_no_registry_produces_is_written_all_the_same(families in trees::families()) {
        for format in [Format::TEXT, Format::OPEN_METRICS, Format::PROTOBUF, Format::PROTOBUF_TEXT] {
            for escaping in [Escaping::AllowUtf8, Escaping::Dots, Escaping::Values] {
                prop_assert!(!check::encode(&families, format.escaping(escaping)).is_empty());
            }
        }
    }
}

/// Most generated families must reach the encoder, or the test proves nothing.
#[test]
fn little_is_left_out() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut made, mut admitted, mut allowed) = (0, 0, 0);
    for _ in 0..300 {
        let families = trees::families()
            .new_tree(&mut runner)
            .expect("a value is made")
            .current();
        made += families.len();
        let families = registry::admit(families);
        admitted += families.len();
        allowed += openmetrics::what_it_allows(&families, Escaping::AllowUtf8).len();
    }
    assert!(
        admitted * 10 > made * 7,
        "a registry took {admitted} of {made} families"
    );
    assert!(
        allowed * 10 > made * 3,
        "OpenMetrics allows {allowed} of {made} families"
    );
}
