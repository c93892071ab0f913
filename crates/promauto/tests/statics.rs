//! Statics of all kinds, in a process of their own; most are only touched by the scrape.
#![forbid(unsafe_code)]
#![deny(missing_docs, unused, unreachable_pub, clippy::all)]

use std::sync::{Arc, LazyLock};

use promauto::metrics;
use promcore::{
    Collector, ConstMetric, Counter, CounterFamily, CounterVec, CustomMetric, CustomVec, Desc,
    DescOpts, DynGaugeVec, DynHistogramVec, Error, Gatherer, Gauge, GaugeFamily, GaugeVec,
    Histogram, HistogramFamily, HistogramVec, LabelSet, Metric, MetricFamily, MetricValue, Summary,
    SummaryFamily, SummaryVec, Timer, ValueFn, VariableLabel, collector_fn, default_registry,
};

#[derive(LabelSet)]
struct Request<'a> {
    route: &'a str,
}

metrics! {
    /// Jobs that
    /// are done.
    ///
    /// Not those that failed.
    pub(crate) static JOBS: Counter = "jobs_total";
    /** Depth of the queue. */
    static DEPTH: Gauge = "depth" { namespace: "shop", subsystem: "queue" };
    /// Time that a job takes.
    #[deprecated(note = "attributes go to the static")]
    static TOOK: Histogram = "took_seconds" {
        buckets: [0.5, 1.0],
        unit: "seconds",
        const_labels: [("zone", "a")],
    };
    /// Sizes.
    static SIZES: Summary = "sizes_bytes" { objectives: [(0.5, 0.05)] };

    /// Requests.
    static REQUESTS: CounterVec<2> = "requests_total" { labels: ["code", "method"] };
    /// Free space.
    static FREE: GaugeVec<1> = "free_bytes" { labels: [String::from("disk")], unit: "bytes" };
    /// Replies.
    static REPLIES: HistogramVec<1> = "replies_seconds" {
        labels: [VariableLabel::constrained("code", |code| code[..1].to_owned())],
        buckets: promcore::linear_buckets(1.0, 1.0, 2).expect("they increase"),
    };
    /// Waits.
    static WAITS: SummaryVec<1> = "waits_seconds" { labels: ["route"] };

    /// By route.
    static ROUTES: CounterFamily<Request<'_>> = "routes_total";
    /// By route.
    static LOAD: GaugeFamily<Request<'static>> = "route_load" {};
    /// By route.
    static SECONDS: HistogramFamily<Request<'_>> = "route_seconds" { buckets: [1.0] };
    /// By route.
    static QUANTILES: SummaryFamily<Request<'_>> = "route_quantiles";
}

metrics! {
    /// Told by a closure.
    static TOLD: ValueFn = "told_total" { counter_fn: || 3.0, unit: "jokes" };
    /// Told by a function.
    static CORES: ValueFn = "cores" { gauge_fn: cores };
    /// Of unknown type.
    static UNTYPED: ValueFn = "untyped" { untyped_fn: || 1.0, const_labels: [("zone", "a")] };
}

fn cores() -> f64 {
    4.0
}

metrics! {
    /// With labels that are known at run time.
    static DISKS: DynGaugeVec = "disks_free_bytes" { labels: labels(), unit: "bytes" };
    /// With labels that are known at run time, and an option of its own.
    static TRIPS: DynHistogramVec = "trips_seconds" { labels: vec!["to"], buckets: [1.0] };

    /// Metrics of the program's own.
    static LARGEST: CustomVec<Largest> = || {
        let opts = ("largest_bytes", "The largest of all.");
        CustomVec::new(opts, ["kind"], |_| Largest)
    };
    static ROOMS: Arc<dyn Collector> = || rooms().map(|it| Arc::new(it) as Arc<dyn Collector>);
}

fn labels() -> Vec<String> {
    vec!["disk".to_owned()]
}

struct Largest;

impl CustomMetric for Largest {
    fn value(&self) -> MetricValue {
        MetricValue::Gauge(512.0)
    }
}

fn rooms() -> Result<impl Collector, Error> {
    let free = Desc::new(DescOpts::new("rooms_free", "Rooms that are free."))?;
    Ok(collector_fn(vec![free.clone()], move |sink| {
        sink(ConstMetric::gauge(&free, 3.0, &[]).expect("there are no labels"));
    }))
}

metrics! {}

/// Statics may be used while others are made.
static LAZY: LazyLock<Counter> = LazyLock::new(|| JOBS.clone());

fn named<'a>(families: &'a [MetricFamily], name: &str) -> &'a MetricFamily {
    let mut found = families.iter().filter(|family| family.name == name);
    found.next().unwrap_or_else(|| panic!("{name} is missing"))
}

fn only<'a>(families: &'a [MetricFamily], name: &str) -> &'a Metric {
    &named(families, name).metrics[0]
}

#[test]
fn statics_are_there_from_the_first_scrape() {
    metrics! {
        /// Declared in a function.
        static INNER: Counter = "inner_total";
    }
    let gathered = default_registry().gather();
    assert!(gathered.errors.is_empty(), "{:?}", gathered.errors);
    let families = gathered.families;
    let names: Vec<&str> = families.iter().map(|family| &*family.name).collect();
    let expected = [
        "cores",
        "inner_total",
        "jobs_total",
        "rooms_free",
        "shop_queue_depth",
        "sizes_bytes",
        "told_total",
        "took_seconds",
        "untyped",
    ];
    assert_eq!(names, expected);
    assert_eq!(named(&families, "jobs_total").help, "Jobs that are done.");
    assert_eq!(
        named(&families, "shop_queue_depth").help,
        "Depth of the queue."
    );
    let took = named(&families, "took_seconds");
    assert_eq!(
        (&*took.unit, &*took.metrics[0].labels[0].value),
        ("seconds", "a")
    );
    let MetricValue::Histogram(value) = &took.metrics[0].value else {
        panic!("{took:?}");
    };
    assert_eq!(value.buckets.len(), 2);
    let MetricValue::Summary(value) = &only(&families, "sizes_bytes").value else {
        panic!("{families:?}");
    };
    assert_eq!(value.quantiles.len(), 1);
    assert_eq!(only(&families, "cores").value, MetricValue::Gauge(4.0));
    assert_eq!(named(&families, "told_total").unit, "jokes");
    INNER.inc();

    // One test, since statics are shared by all tests of a process.
    vecs_show_what_was_asked_for();
}

fn vecs_show_what_was_asked_for() {
    REQUESTS.with(["200", "GET"]).inc();
    FREE.with(["sda"]).set(1.0);
    REPLIES.with(["404"]).observe(1.0);
    WAITS.with(["/"]).observe(1.0);
    let request = Request { route: "/" };
    ROUTES.with(&request).inc();
    LOAD.with(&request).set(1.0);
    SECONDS.with(&request).observe(1.0);
    QUANTILES.with(&request).observe(1.0);
    LAZY.inc();
    assert_eq!(JOBS.value(), 1.0);
    DEPTH.set(1.0);
    #[expect(deprecated, reason = "the attribute went to the static")]
    drop(Timer::new(&TOOK));
    SIZES.observe(1.0);
    DISKS
        .try_with_label_values(&["sda"])
        .expect("one label")
        .set(1.0);
    TRIPS
        .try_with_label_values(&["moon"])
        .expect("one label")
        .observe(1.0);
    LARGEST
        .try_with_label_values(&["reply"])
        .expect("one label");
    ROOMS.describe(&mut |desc| assert_eq!(desc.name(), "rooms_free"));

    let families = default_registry().gather().families;
    assert_eq!(families.len(), 20);
    assert_eq!(only(&families, "disks_free_bytes").labels[0].name, "disk");
    assert_eq!(
        only(&families, "largest_bytes").value,
        MetricValue::Gauge(512.0)
    );
    assert_eq!(only(&families, "replies_seconds").labels[0].value, "4");
    assert_eq!(
        only(&families, "shop_queue_depth").value,
        MetricValue::Gauge(1.0)
    );
}
