//! The rows of the `gauge` suite as Criterion groups.

fn main() {
    benches::suite("gauge");
}
