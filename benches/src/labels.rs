//! The label values and their order.

use std::sync::LazyLock;

use crate::row::Pair;

/// A small random number generator (xorshift64*), the same in every run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }

    pub(crate) fn fraction(&mut self) -> f64 {
        self.below(1 << 30) as f64 / (1 << 30) as f64
    }
}

/// Returns the values of `size` series in an order that is not sorted.
///
/// Both labels repeat: 100 000 series are 100 instances of 1 000 paths, 1 000 are 10 of 100.
pub(crate) fn pairs(size: usize) -> Vec<Pair> {
    let paths = if size < 100_000 { 100 } else { 1000 };
    let mut pairs: Vec<Pair> = (0..size)
        .map(|i| {
            Pair(
                format!("checkout-{:04}", i / paths),
                format!("/api/v1/items/{:04}", i % paths),
            )
        })
        .collect();
    let mut dice = Dice::new(7);
    for i in (1..size).rev() {
        pairs.swap(i, dice.below(i + 1));
    }
    pairs
}

pub(crate) const METHODS: [&str; 5] = ["GET", "POST", "PUT", "DELETE", "PATCH"];

pub(crate) const PATHS: [&str; 20] = [
    "/",
    "/login",
    "/logout",
    "/users",
    "/users/:id",
    "/users/:id/avatar",
    "/users/:id/orders",
    "/orders",
    "/orders/:id",
    "/orders/:id/items",
    "/orders/:id/payment",
    "/products",
    "/products/:id",
    "/products/:id/reviews",
    "/search",
    "/cart",
    "/cart/items",
    "/health",
    "/metrics",
    "/api/v1/status",
];

/// The 100 series of the look-up rows: 5 methods of 20 paths.
pub(crate) static ROUTES: LazyLock<Vec<Pair>> = LazyLock::new(|| {
    PATHS
        .iter()
        .flat_map(|path| {
            METHODS
                .iter()
                .map(|method| Pair((*method).into(), (*path).into()))
        })
        .collect()
});

/// Draws from them in random order, each at least six times; tables keep copies of the strings.
pub(crate) fn requests<T>(known: &[T]) -> Vec<&T> {
    let mut dice = Dice::new(11);
    (0..(6 * known.len()).next_power_of_two().max(4096))
        .map(|_| &known[dice.below(known.len())])
        .collect()
}

/// Returns durations in seconds that fall into all default buckets, most of them around 0.1.
pub(crate) fn durations() -> Vec<f64> {
    let mut dice = Dice::new(13);
    (0..4096)
        .map(|_| {
            let spread = dice.fraction() + dice.fraction() + dice.fraction() - 1.5;
            0.1 * 10f64.powf(spread * 1.6)
        })
        .collect()
}
