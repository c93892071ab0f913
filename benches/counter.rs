//! The rows of the `counter` suite as Criterion groups.

fn main() {
    benches::suite("counter");
}
