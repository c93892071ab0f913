promauto::metrics! {
    static JOBS: promcore::Counter = "jobs_total";
}

fn main() {}
