//! The rows of the `histogram` suite as Criterion groups.

fn main() {
    benches::suite("histogram");
}
