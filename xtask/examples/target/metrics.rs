use promcore::{
    Counter, CounterVec, Error, Gauge, GaugeVec, Histogram, HistogramOpts, Registry, Summary,
    SummaryOpts,
};

/// The number of series of `e2e_many_total`.
const MANY: usize = 100_000;

/// One metric of each kind, with values that the checks know.
pub(crate) fn kinds() -> Result<Registry, Error> {
    let registry = Registry::new();

    let jobs = Counter::new("e2e_jobs_total", "A counter with an exemplar.")?;
    jobs.add_with_exemplar(7.0, [("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736")]);
    registry.register(jobs)?;

    let queued = Gauge::new("e2e_queued", "A gauge below zero.")?;
    queued.set(-2.5);
    registry.register(queued)?;

    let texts = GaugeVec::new("e2e_texts", "Label values of all sorts.", ["text"])?;
    for text in ["a\"b", "back\\slash", "two\nlines", "żółw", ""] {
        texts.with([text]).set(1.0);
    }
    registry.register(texts)?;

    let classic = Histogram::with_opts(
        HistogramOpts::new("e2e_classic_seconds", "From 1 ms to 1 s.").buckets([0.1, 0.5, 0.9]),
    )?;
    let native = Histogram::with_opts(
        HistogramOpts::new("e2e_native_seconds", "From 1 ms to 1 s.").native_bucket_factor(1.1),
    )?;
    let summary = Summary::with_opts(
        SummaryOpts::new("e2e_summary_seconds", "From 1 ms to 1 s.").objectives([(0.9, 0.01)]),
    )?;
    for milliseconds in 1..=1000 {
        let seconds = f64::from(milliseconds) / 1000.0;
        classic.observe(seconds);
        native.observe(seconds);
        summary.observe(seconds);
    }
    let trace = [("trace_id", "00f067aa0ba902b7")];
    classic.observe_with_exemplar(0.25, trace);
    native.observe_with_exemplar(0.25, trace);
    registry.register(classic)?;
    registry.register(native)?;
    registry.register(summary)?;
    Ok(registry)
}

pub(crate) fn many() -> Result<Registry, Error> {
    let registry = Registry::new();
    let many = CounterVec::new("e2e_many_total", "Many series.", ["shop", "item"])?;
    for number in 0..MANY {
        let shop = format!("shop-{:03}", number % 250);
        many.with([&shop, &number.to_string()]).add(number as f64);
    }
    registry.register(many)?;
    Ok(registry)
}
