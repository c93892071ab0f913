//! Collectors that come and go during scrapes: each is in all scrapes from its registration to its removal, and in no others.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use promcore::{
    Collector, ConstMetric, Counter, CounterVec, Desc, DescOpts, Gatherer, Registerer, Registry,
    ScrapeOpts, collector_fn, wrap_collector_with, wrap_collector_with_prefix,
    wrap_registerer_with,
};

const LANES: usize = 3;
const ROUNDS: usize = 100;

fn names(registry: &Registry) -> Vec<String> {
    let later = Instant::now() + Duration::from_secs(30);
    let scrape = registry.scrape_with(&ScrapeOpts::new().deadline(later));
    let gathered = scrape.into_gathered();
    assert!(gathered.errors.is_empty(), "{:?}", gathered.errors);
    let names: Vec<_> = gathered.families.into_iter().map(|it| it.name).collect();
    assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    names
}

/// Registers a collector and removes it again, checking for its metric in `registry`.
fn come_and_go(
    registerer: &dyn Registerer,
    collector: impl Collector,
    (registry, name): (&Registry, &str),
) {
    let collector: Arc<dyn Collector> = Arc::new(collector);
    let is_there = || names(registry).iter().any(|it| it == name);
    assert!(!is_there(), "{name}");
    registerer.register_shared(Arc::clone(&collector)).unwrap();
    assert!(is_there(), "{name}");
    assert!(registerer.unregister(&collector));
    assert!(!is_there(), "{name}");
}

/// Registers and removes collectors of all kinds, with names that no other lane uses.
fn visit(lane: usize, registry: &Registry, inner: &Registry) {
    let name = format!("lane{lane}_total");
    let counter = || Counter::new(&name, "").unwrap();
    let here = (registry, name.as_str());
    come_and_go(registry, counter(), here);
    come_and_go(inner, counter(), here);

    let vec = CounterVec::new(&name, "", ["x"]).unwrap();
    vec.with(["a"]);
    let wrapping = wrap_registerer_with([("lane", lane.to_string())], registry);
    come_and_go(&wrapping, vec, here);

    let desc = Desc::new(DescOpts::new(&name, "")).unwrap();
    let own = collector_fn(vec![desc.clone()], move |sink| {
        sink(ConstMetric::gauge(&desc, 1.0, &[""; 0]).unwrap());
    });
    come_and_go(registry, own, here);

    let group = Registry::new();
    group.register(counter()).unwrap();
    let prefixed = wrap_collector_with_prefix("p_", group);
    come_and_go(registry, prefixed, (registry, &format!("p_{name}")));
}

#[test]
fn collectors_are_in_all_scrapes_from_their_registration_to_their_removal() {
    let (registry, inner) = (Registry::new(), Registry::new());
    registry
        .register(Counter::new("stays_total", "").unwrap())
        .unwrap();
    inner
        .register(Counter::new("inner_total", "").unwrap())
        .unwrap();
    let wrapped = wrap_collector_with([("of", "inner")], inner.clone());
    registry.register(wrapped).unwrap();
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        let lanes: Vec<_> = (0..LANES)
            .map(|lane| {
                let (registry, inner) = (&registry, &inner);
                scope.spawn(move || (0..ROUNDS).for_each(|_| visit(lane, registry, inner)))
            })
            .collect();
        scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                let names = names(&registry);
                let stays = ["inner_total", "stays_total"].map(str::to_owned);
                assert!(stays.iter().all(|name| names.contains(name)), "{names:?}");
                thread::yield_now();
            }
        });
        let results: Vec<_> = lanes.into_iter().map(|lane| lane.join()).collect();
        is_done.store(true, Ordering::Relaxed);
        results.into_iter().for_each(Result::unwrap);
    });
    assert_eq!(names(&registry), ["inner_total", "stays_total"]);
}
