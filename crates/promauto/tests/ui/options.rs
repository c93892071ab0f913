use promcore::Counter;

promauto::metrics! {
    /// An option of another type.
    static JOBS: Counter = "jobs_total" { buckets: [1.0] };
    /// No metric.
    static NAME: String = "name";
}

fn main() {}
