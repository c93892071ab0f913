//! Scrapes limited to some families.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod gathered;

use std::sync::{Arc, Mutex};

use gathered::names_and_errors;
use promcore::{
    Collector, ConstMetric, Counter, CounterOpts, Desc, DescOpts, Gatherer, Gatherers, Gauge,
    Histogram, Registry, ScrapeOpts, collector_fn, gatherer_fn, wrap_collector_with_prefix,
};

/// The collectors that were called, in order.
#[derive(Clone, Default)]
struct Asked(Arc<Mutex<Vec<&'static str>>>);

impl Asked {
    /// Makes a collector of gauges that describes some of them.
    fn collector(
        &self,
        described: &[&'static str],
        sent: &'static [&'static str],
    ) -> impl Collector + use<> {
        let desc = |name: &&str| Desc::new(DescOpts::new(*name, "")).unwrap();
        let (asked, descs) = (self.clone(), described.iter().map(desc).collect());
        collector_fn(descs, move |sink| {
            asked.0.lock().unwrap().extend(sent.first());
            for name in sent {
                sink(ConstMetric::gauge(&desc(name), 1.0, &[]).unwrap());
            }
        })
    }
}

#[track_caller]
fn check(gatherer: &impl Gatherer, asked: &Asked, names: &[&str], expected: &[&str], who: &[&str]) {
    let opts = ScrapeOpts::new().names(names.iter().copied());
    let scrape = gatherer.scrape_with(&opts);
    assert_eq!(scrape.is_empty(), expected.is_empty());
    let (found, errors) = names_and_errors(scrape.into_gathered());
    assert_eq!((found, errors), (owned(expected), Vec::new()));
    assert_eq!(*asked.0.lock().unwrap(), who);
    asked.0.lock().unwrap().clear();
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

/// A registry with instruments, collectors that describe themselves and one that does not.
fn registry(asked: &Asked) -> Registry {
    let registry = Registry::new();
    registry
        .register(Counter::new("a_total", "").unwrap())
        .unwrap();
    registry.register(Histogram::new("h", "").unwrap()).unwrap();
    registry
        .register(asked.collector(&["m", "n"], &["m", "n"]))
        .unwrap();
    registry.register(asked.collector(&["o"], &["o"])).unwrap();
    registry
        .register(asked.collector(&[], &["p", "q"]))
        .unwrap();
    registry
}

#[test]
fn collectors_of_other_families_are_not_asked() {
    let asked = Asked::default();
    let registry = registry(&asked);
    check(&registry, &asked, &["a_total"], &["a_total"], &["p"]);
    check(&registry, &asked, &["n", "h"], &["h", "n"], &["m", "p"]);
    check(
        &registry,
        &asked,
        &["o", "q", "o"],
        &["o", "q"],
        &["o", "p"],
    );
    check(&registry, &asked, &["h_count", "a"], &[], &["p"]);
    check(&registry, &asked, &[], &[], &["p"]);
}

#[test]
fn registries_that_are_collectors_are_looked_into() {
    let (asked, outer) = (Asked::default(), Registry::new());
    let inner = registry(&asked);
    outer
        .register(wrap_collector_with_prefix("x_", inner.clone()))
        .unwrap();
    inner.register(Gauge::new("late", "").unwrap()).unwrap();
    check(
        &outer,
        &asked,
        &["x_a_total", "a_total"],
        &["x_a_total"],
        &["p"],
    );
    check(
        &outer,
        &asked,
        &["x_late", "x_m"],
        &["x_late", "x_m"],
        &["m", "p"],
    );

    let pedantic = Registry::pedantic();
    pedantic.register(asked.collector(&["y"], &["y"])).unwrap();
    pedantic.register(Gauge::new("z", "").unwrap()).unwrap();
    check(&pedantic, &asked, &["z"], &["z"], &[]);
}

#[test]
fn instruments_that_are_compared_with_others_are_found_as_well() {
    let (asked, registry) = (Asked::default(), Registry::new());
    for zone in ["a", "b"] {
        let opts = CounterOpts::new("same_total", "").const_label("zone", zone);
        registry
            .register(Counter::with_opts(opts).unwrap())
            .unwrap();
    }
    registry.register(asked.collector(&["g"], &["g"])).unwrap();
    check(&registry, &asked, &["same_total"], &["same_total"], &[]);
}

#[test]
fn any_gatherer_leaves_out_what_was_not_asked_for() {
    let asked = Asked::default();
    let (first, second) = (registry(&asked), Registry::new());
    second.register(Gauge::new("z", "").unwrap()).unwrap();
    let both = Gatherers::new().gatherer(first.clone()).gatherer(second);
    check(&both, &asked, &["z", "o"], &["o", "z"], &["o", "p"]);

    let whole = gatherer_fn(move || first.gather());
    check(
        &whole,
        &asked,
        &["n", "a_total"],
        &["a_total", "n"],
        &["m", "o", "p"],
    );
}

#[test]
fn clones_of_a_scrape_are_cut_down_by_themselves() {
    let asked = Asked::default();
    let scrape = registry(&asked).scrape();
    let (found, _) = names_and_errors(
        scrape
            .clone()
            .only(&ScrapeOpts::new().names(["m", "h"]))
            .into_gathered(),
    );
    assert_eq!(found, ["h", "m"]);
    let (found, _) = names_and_errors(scrape.into_gathered());
    assert_eq!(found, ["a_total", "h", "m", "n", "o", "p", "q"]);
}
