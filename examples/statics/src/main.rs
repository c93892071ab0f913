//! A program that runs three jobs, and then prints its metrics and those of the library it uses.
#![forbid(unsafe_code)]

use std::io;

use promcore::{Gatherer, Gauge, default_registry};
use promfmt::{Encoder, Format};
use statics::Outcome;

promauto::metrics! {
    /// Jobs that the program failed to do.
    static FAILED: Gauge = "program_failed_jobs";

    /// Jobs that are left for another day.
    static LEFT: Gauge = "program_left_jobs";
}

fn main() -> io::Result<()> {
    for number in 0..3 {
        if statics::run(|| number != 1) == Outcome::Failure {
            FAILED.inc();
        }
    }
    let mut encoder = Encoder::new(io::stdout().lock(), Format::TEXT);
    let errors = default_registry().gather_into(&mut encoder);
    assert!(errors.is_empty(), "{errors:?}");
    encoder.finish().map(drop)
}
