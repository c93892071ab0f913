//! The rows of the `vec` suite as Criterion groups.

fn main() {
    benches::suite("vec");
}
