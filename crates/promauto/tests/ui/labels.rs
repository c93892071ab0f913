use promcore::{Counter, CounterVec};

promauto::metrics! {
    /// A label too few.
    static FEW: CounterVec<2> = "few_total" { labels: ["code"] };
    /// No labels.
    static NONE: CounterVec<2> = "none_total";
    /// Labels where there are none.
    static MANY: Counter = "many_total" { labels: ["code"] };
}

fn main() {}
