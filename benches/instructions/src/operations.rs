//! The table of operations; each makes its metrics, then calls in a loop.

use std::hint::black_box;
use std::thread;

use promcore::{
    Counter, CounterFamily, CounterVec, Gatherer, Gauge, Histogram, HistogramOpts, Registry,
    Summary, SummaryOpts,
};

use crate::route::{Method, Path, Reply, Route};

/// An operation that programs perform all the time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    /// Performs it a number of times.
    pub(crate) run: fn(u64),
}

const fn operation(name: &'static str, run: fn(u64)) -> Operation {
    Operation { name, run }
}

pub(crate) const OPERATIONS: &[Operation] = &[
    operation("counter inc, by its maker", |times| {
        let counter = counter();
        counter.inc();
        repeat(times, &counter, Counter::inc);
    }),
    operation("counter inc, of a declared static", |times| {
        repeat(times, &DECLARED, |c| c.inc());
    }),
    operation("counter inc, by another thread", |times| {
        let counter = counter();
        counter.inc();
        thread::scope(|scope| {
            scope.spawn(|| repeat(times, &counter, Counter::inc));
        });
    }),
    operation("counter add of a fraction", |times| {
        let counter = counter();
        // The first additions of a thread are made in order, which takes another code path.
        (0..1 << 16).for_each(|_| counter.add(0.25));
        repeat(times, &counter, |c| c.add(black_box(0.25)));
    }),
    operation("gauge set", |times| {
        repeat(times, &gauge(), |g| g.set(black_box(42.0)));
    }),
    operation("gauge inc", |times| repeat(times, &gauge(), Gauge::inc)),
    operation("histogram observe, 11 buckets", |times| observe(times, 11)),
    operation("histogram observe, 50 buckets", |times| observe(times, 50)),
    operation("native histogram observe", |times| {
        let opts = HistogramOpts::new("latency_seconds", "Latency.").native_bucket_factor(1.1);
        let histogram = Histogram::with_opts(opts).expect("the options are valid");
        repeat_over(times, &histogram, &values(), |h, v| h.observe(*v));
    }),
    operation("summary observe, 3 objectives", |times| {
        let objectives = [(0.5, 0.05), (0.9, 0.01), (0.99, 0.001)];
        let opts = SummaryOpts::new("latency_seconds", "Latency.").objectives(objectives);
        let summary = Summary::with_opts(opts).expect("the options are valid");
        repeat_over(times, &summary, &values(), |s, v| s.observe(*v));
    }),
    operation("look-up of 2 labels among 100 + inc", |times| {
        look_up(times, 100);
    }),
    operation("look-up of 2 labels among 10k + inc", |times| {
        look_up(times, 10_000);
    }),
    operation("look-up by 2 enums among 100 + inc", look_up_enums),
    operation("look-up by u16 and &str among 100 + inc", look_up_typed),
    operation("text scrape of 1k counters, per line", scrape),
];

promauto::metrics! {
    /// Requests.
    static DECLARED: Counter = "declared_requests_total";
}

fn repeat<H>(times: u64, handle: &H, call: impl Fn(&H)) {
    for _ in 0..times {
        call(black_box(handle));
    }
}

/// Does the same with inputs, taken in turn from `inputs`, whose number is a power of two.
fn repeat_over<H, V>(times: u64, handle: &H, inputs: &[V], call: impl Fn(&H, &V)) {
    let mask = inputs.len() - 1;
    for i in 0..times as usize {
        call(black_box(handle), black_box(&inputs[i & mask]));
    }
}

fn counter() -> Counter {
    Counter::new("requests_total", "Requests.").expect("the name is valid")
}

fn gauge() -> Gauge {
    Gauge::new("requests_in_flight", "Requests.").expect("the name is valid")
}

/// Observes values that spread evenly over the buckets, whose bounds cover 11 powers of two.
fn observe(times: u64, buckets: usize) {
    let factor = 2f64.powf(11.0 / buckets as f64);
    let bounds = (0..buckets as i32).map(|i| 0.005 * factor.powi(i));
    let opts = HistogramOpts::new("latency_seconds", "Latency.").buckets(bounds);
    let histogram = Histogram::with_opts(opts).expect("the options are valid");
    repeat_over(times, &histogram, &values(), |h, v| h.observe(*v));
}

/// Returns values from 0.004 to 16.
fn values() -> Vec<f64> {
    (0..1024)
        .map(|i| 0.004 * 2f64.powf(f64::from(i * 389 % 1024) / 1024.0 * 12.0))
        .collect()
}

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "DELETE", "PATCH"];

/// Returns the labels of `series` series, as in servers.
fn labels(series: usize) -> Vec<[String; 2]> {
    let label = |i: usize| {
        let method = METHODS[i % METHODS.len()].to_owned();
        [method, format!("/api/v1/items/{:04}", i / METHODS.len())]
    };
    (0..series).map(label).collect()
}

fn vec(labels: &[[String; 2]]) -> CounterVec<2> {
    let vec = CounterVec::new("http_requests_total", "Requests.", ["method", "path"])
        .expect("the names are valid");
    for [method, path] in labels {
        vec.with([method, path]).inc();
    }
    vec
}

fn look_up(times: u64, series: usize) {
    let labels = labels(series);
    // A prime step visits all of them in another order than that of their creation.
    let drawn: Vec<[String; 2]> = (0..1 << 14)
        .map(|i| labels[i * 7919 % series].clone())
        .collect();
    repeat_over(times, &vec(&labels), &drawn, |vec, [method, path]| {
        vec.with([method, path]).inc();
    });
}

fn look_up_enums(times: u64) {
    let family = CounterFamily::<Route>::new("http_requests_total", "Requests.")
        .expect("the names are valid");
    let drawn: Vec<Route> = (0..1 << 14)
        .map(|i| Route {
            method: Method::ALL[i * 7919 % Method::ALL.len()],
            path: Path::ALL[i * 7907 % Path::ALL.len()],
        })
        .collect();
    repeat_over(times, &family, &drawn, |f, route| f.with(route).inc());
}

fn look_up_typed(times: u64) {
    let family = CounterFamily::<Reply<'_>>::new("http_requests_total", "Requests.")
        .expect("the names are valid");
    let paths: Vec<String> = (0..20).map(|i| format!("/api/v1/items/{i:04}")).collect();
    let codes = [200, 304, 404, 500, 503];
    let drawn: Vec<Reply<'_>> = (0..1 << 14)
        .map(|i| Reply {
            code: codes[i * 7919 % codes.len()],
            path: &paths[i * 7907 % paths.len()],
        })
        .collect();
    repeat_over(times, &family, &drawn, |f, reply| f.with(reply).inc());
}

fn scrape(lines: u64) {
    const SERIES: usize = 1000;
    let registry = Registry::new();
    registry
        .register(vec(&labels(SERIES)))
        .expect("the registry is empty");
    let mut text = Vec::new();
    for _ in 0..lines / SERIES as u64 {
        text.clear();
        let mut encoder = promfmt::Encoder::new(&mut text, promfmt::Format::TEXT);
        let errors = registry.gather_into(&mut encoder);
        assert!(errors.is_empty(), "{errors:?}");
        encoder.finish().expect("writing cannot fail");
        black_box(&text);
    }
}
