//! The rows of the `scrape` suite as Criterion groups.

fn main() {
    benches::suite("scrape");
}
