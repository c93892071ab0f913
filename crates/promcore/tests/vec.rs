//! Series that come and go, curried and constrained vecs, label sets of custom types.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use promcore::{
    Collector, CounterFamily, CounterVec, CustomMetric, CustomVec, DynCounterVec, DynHistogramVec,
    DynSummaryVec, Gatherer, GaugeOpts, GaugeVec, Histogram, HistogramVec, LabelPair, LabelSet,
    LabelValue, MetricValue, ObserverVec, Registry, Summary, SummaryVec, VariableLabel,
};

/// Lists what a vec exposes: label values and the count of each metric.
fn exposed(vec: impl Collector) -> Vec<String> {
    let registry = Registry::new();
    registry.register(vec).expect("nothing else is registered");
    let gathered = registry.gather();
    assert!(gathered.errors.is_empty(), "{:?}", gathered.errors);
    let metrics = gathered.families.into_iter().flat_map(|f| f.metrics);
    let line = |metric: promcore::Metric| {
        let values: Vec<_> = metric.labels.into_iter().map(|label| label.value).collect();
        let value = match metric.value {
            MetricValue::Counter(counter) => counter.value,
            MetricValue::Gauge(value) => value,
            MetricValue::Histogram(histogram) => histogram.count as f64,
            MetricValue::Summary(summary) => summary.count as f64,
            other => panic!("{other:?}"),
        };
        format!("{} {value}", values.join(","))
    };
    metrics.map(line).collect()
}

fn requests() -> CounterVec<2> {
    let vec =
        CounterVec::new("requests_total", "", ["code", "method"]).expect("the names are valid");
    for (code, method) in [("200", "GET"), ("200", "POST"), ("404", "GET")] {
        vec.with([code, method]).inc();
    }
    vec
}

#[test]
fn a_removed_metric_is_gone_and_may_be_made_again() {
    let vec = requests();
    let kept = vec.with(["200", "GET"]).into_owned();
    assert!(vec.remove(["200", "GET"]));
    assert!(!vec.remove(["200", "GET"]));
    assert!(!vec.remove(["500", "GET"]));
    kept.inc();
    assert_eq!(exposed(vec.clone()), ["200,POST 1", "404,GET 1"]);
    vec.with(["200", "GET"]).add(5.0);
    kept.inc();
    assert_eq!(
        exposed(vec.clone()),
        ["200,GET 5", "200,POST 1", "404,GET 1"]
    );
    assert_eq!(kept.value(), 3.0);
    vec.reset();
    assert!(exposed(vec).is_empty());
}

#[test]
fn scrapes_follow_what_comes_and_goes() {
    let (vec, registry) = (requests(), Registry::new());
    registry.register(vec.clone()).unwrap();
    let count = || {
        registry
            .gather()
            .families
            .first()
            .map_or(0, |f| f.metrics.len())
    };
    assert_eq!(count(), 3);
    for n in 0..1_000 {
        let code = format!("{n:03}");
        vec.with([&code, "PUT"]).inc();
        if n % 7 == 0 {
            assert_eq!(count(), 4, "{n}");
        }
        assert!(vec.remove([&code, "PUT"]));
        if n % 11 == 0 {
            assert_eq!(count(), 3, "{n}");
        }
    }
}

#[test]
fn partial_matches_are_removed() {
    let all = ["200,GET 1", "200,POST 1", "404,GET 1"];
    let check = |labels: &[(&str, &str)], removed: usize| {
        let vec = requests();
        assert_eq!(vec.remove_partial_match(labels), removed, "{labels:?}");
        assert_eq!(exposed(vec).len(), all.len() - removed);
    };
    check(&[("code", "200")], 2);
    check(&[("method", "GET")], 2);
    check(&[("method", "GET"), ("code", "404")], 1);
    check(&[("method", "PUT")], 0);
    check(&[("path", "GET")], 0);
    check(&[("code", "200"), ("path", "GET")], 0);
    check(&[], 3);
}

#[test]
fn a_curried_vec_has_the_metrics_with_its_labels() {
    let vec = requests();
    let get: CounterVec<1> = vec.curry_with([("method", "GET")]).unwrap();
    get.with(["404"]).add(2.0);
    get.with(["500"]).inc();
    assert!(get.remove(["200"]) && !get.remove(["200"]));
    assert_eq!(
        exposed(vec.clone()),
        ["200,POST 1", "404,GET 3", "500,GET 1"]
    );
    let both: CounterVec<0> = get.curry_with([("code", "500")]).unwrap();
    both.with([]).inc();
    assert_eq!(vec.with(["500", "GET"]).value(), 2.0);

    assert_eq!(get.remove_partial_match(&[("code", "200")]), 0);
    assert_eq!(get.remove_partial_match(&[("method", "POST")]), 0);
    assert_eq!(get.remove_partial_match(&[] as &[(&str, &str)]), 2);
    assert_eq!(exposed(vec.clone()), ["200,POST 1"]);
    get.reset();
    assert!(exposed(vec).is_empty());
}

#[test]
fn what_cannot_be_curried_is_refused() {
    let vec = requests();
    let curried: CounterVec<1> = vec.curry_with([("method", "GET")]).unwrap();
    let again = curried.curry_with::<1, 0>([("method", "GET")]);
    assert_eq!(
        again.unwrap_err().to_string(),
        r#"label "method" of metric "requests_total" was given its value when the vec was curried"#
    );
    let unknown = vec.curry_with::<2, 0>([("path", "/"), ("host", "a")]);
    assert_eq!(
        unknown.unwrap_err().to_string(),
        r#"metric "requests_total" has no labels ["path", "host"] to be curried"#
    );
    let dynamic = DynCounterVec::new("m", "", ["a", "b"]).unwrap();
    let curried = dynamic.curry_with(&[("a", "1")]).unwrap();
    let error = |result: Result<_, promcore::Error>| result.map(|_| ()).unwrap_err().to_string();
    assert_eq!(
        error(curried.try_with_label_values(&["1", "2"])),
        r#"metric "m" has 1 variable labels, but got 2 values: ["1", "2"]"#
    );
    assert_eq!(
        error(curried.try_with(&[("a", "1")])),
        r#"label "a" of metric "m" was given its value when the vec was curried"#
    );
    curried.try_with(&[("b", "2")]).unwrap().inc();
    assert_eq!(exposed(dynamic.clone()), ["1,2 1"]);
    assert!(!curried.remove_label_values(&["1", "2"]));
    assert!(curried.remove(&[("b", "2")]));
    assert!(exposed(dynamic).is_empty());
}

#[test]
fn constraints_apply_wherever_a_value_is_given() {
    let lower = || VariableLabel::constrained("a", str::to_lowercase);
    let vec = CounterVec::new("m_total", "", [lower(), "b".into()]).unwrap();
    vec.with(["X", "X"]).inc();
    vec.with(["x", "X"]).inc();
    assert_eq!(exposed(vec.clone()), ["x,X 2"]);
    let curried: CounterVec<1> = vec.curry_with([("a", "Y")]).unwrap();
    curried.with(["1"]).inc();
    assert_eq!(exposed(vec.clone()), ["x,X 2", "y,1 1"]);
    assert_eq!(vec.remove_partial_match(&[("a", "Y")]), 1);
    assert!(vec.remove(["X", "X"]));
    assert!(exposed(vec).is_empty());
}

#[test]
fn values_are_those_of_their_labels_whatever_the_order_of_the_names() {
    let vec = GaugeVec::new("m", "", ["z", "a", "k"]).unwrap();
    vec.with(["1", "x", "p"]).set(1.0);
    vec.with(["0", "x", "q"]).set(2.0);
    vec.with(["2", "w", "a very long value, of more than one kind"])
        .set(3.0);
    assert_eq!(
        exposed(vec),
        [
            "w,a very long value, of more than one kind,2 3",
            "x,p,1 1",
            "x,q,0 2"
        ]
    );
}

/// Series without labels come and go as others do.
#[test]
fn a_vec_without_labels_has_one_metric() {
    let vec = CounterVec::<0>::new("m_total", "", [""; 0]).unwrap();
    vec.with([]).inc();
    assert!(vec.remove([]) && !vec.remove([]));
    assert!(exposed(vec.clone()).is_empty());
    vec.with([]).inc();
    vec.with([]).inc();
    assert_eq!(exposed(vec), [" 2"]);
}

#[derive(Clone, Copy)]
enum Method {
    Get,
    Post,
}

impl LabelValue for Method {
    const COUNT: usize = 2;

    fn with_text<R>(&self, then: impl FnOnce(&str) -> R) -> R {
        then(match self {
            Self::Get => "GET",
            Self::Post => "POST",
        })
    }

    fn number(&self) -> usize {
        *self as usize
    }
}

/// Has a `COUNT` of label sets, but does not number them.
struct Unnumbered(bool);

impl LabelSet for Unnumbered {
    type Ref<'a> = Self;
    const NAMES: &'static [&'static str] = &["cached"];
    const COUNT: usize = 2;

    fn with_values<R>(labels: &Self, then: impl FnOnce(&[&str]) -> R) -> R {
        labels.0.with_text(|cached| then(&[cached]))
    }
}

#[test]
#[should_panic(expected = "`number` must be implemented if `COUNT` is not 0")]
fn label_sets_without_numbers_are_not_taken_for_the_same() {
    let calls = CounterFamily::<Unnumbered>::new("calls_total", "Calls.").unwrap();
    calls.with(&Unnumbered(true)).inc();
}

struct Call(Method, bool);

impl LabelSet for Call {
    type Ref<'a> = Self;
    const NAMES: &'static [&'static str] = &["method", "cached"];
    const COUNT: usize = Method::COUNT * bool::COUNT;

    fn with_values<R>(labels: &Self, then: impl FnOnce(&[&str]) -> R) -> R {
        labels
            .0
            .with_text(|a| labels.1.with_text(|b| then(&[a, b])))
    }

    fn number(labels: &Self) -> usize {
        labels.0.number() * bool::COUNT + labels.1.number()
    }
}

#[test]
fn label_sets_that_are_known_beforehand_have_metrics_once_they_are_asked_for() {
    let calls = CounterFamily::<Call>::new("calls_total", "").unwrap();
    assert!(exposed(calls.clone()).is_empty());
    for _ in 0..3 {
        calls.with(&Call(Method::Post, true)).inc();
        calls.with(&Call(Method::Get, false)).add(0.5);
    }
    // The labels are sorted by name: cached, method.
    assert_eq!(exposed(calls.clone()), ["false,GET 1.5", "true,POST 3"]);
    assert!(calls.remove(&Call(Method::Post, true)));
    assert!(!calls.remove(&Call(Method::Post, false)));
    assert_eq!(exposed(calls.clone()), ["false,GET 1.5"]);
    calls.with(&Call(Method::Post, true)).inc();
    calls.with(&Call(Method::Post, true)).inc();
    assert_eq!(exposed(calls), ["false,GET 1.5", "true,POST 2"]);
}

/// Removing and creating series continually needs no more memory than the live series.
#[test]
fn places_of_removed_series_are_used_again() {
    let vec = HistogramVec::new("m", "", ["n"]).unwrap();
    let first = vec.with(["first"]).into_owned();
    vec.remove(["first"]);
    for n in 0..200_000 {
        let label = n.to_string();
        let borrowed = vec.with([&label]);
        borrowed.observe(1.0);
        assert_eq!(borrowed.snapshot().count, 1, "{n}");
        vec.remove([&label]);
    }
    first.observe(1.0);
    assert_eq!(first.snapshot().count, 1);
    // The debug text of the vec has its number of places.
    let text = format!("{vec:?}");
    let len: usize = text
        .split("len: ")
        .nth(1)
        .unwrap()
        .split(|c: char| !c.is_ascii_digit())
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!(len < 20, "{text}");
}

/// While some threads remove and create series, others find the remaining ones and lose no count, and scrapes see all of those.
#[test]
fn what_lives_through_a_churn_loses_nothing() {
    const STAY: usize = 40;
    const ROUNDS: usize = 2_000;
    let vec = CounterVec::new("m_total", "", ["kind", "n"]).unwrap();
    vec.with(["first", ""]);
    vec.remove(["first", ""]);
    let registry = Registry::new();
    registry.register(vec.clone()).unwrap();
    (0..STAY).for_each(|n| vec.with(["stay", &n.to_string()]).inc());
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let writers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    for _ in 0..ROUNDS {
                        (0..STAY).for_each(|n| vec.with(["stay", &n.to_string()]).inc());
                    }
                })
            })
            .collect();
        scope.spawn(|| {
            for n in 0.. {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let label = (n % 97).to_string();
                let counter = vec.with(["go", &label]).into_owned();
                counter.inc();
                vec.remove(["go", &label]);
                counter.inc();
                assert_eq!(
                    counter.value(),
                    2.0,
                    "nobody else counts in a series that is held"
                );
            }
        });
        while !writers.iter().all(|writer| writer.is_finished()) {
            let gathered = registry.gather();
            let metrics = &gathered.families[0].metrics;
            let stay = metrics
                .iter()
                .filter(|metric| metric.labels[0].value == "stay");
            assert_eq!(stay.count(), STAY);
        }
        stop.store(true, Ordering::Relaxed);
    });
    for n in 0..STAY {
        let expected = (2 * ROUNDS + 1) as f64;
        assert_eq!(vec.with(["stay", &n.to_string()]).value(), expected);
    }
}

/// A count that returns the labels it was made with.
struct Own(Vec<String>, AtomicBool);

impl CustomMetric for Own {
    fn value(&self) -> MetricValue {
        assert!(!self.1.load(Ordering::Relaxed), "{:?} is broken", self.0);
        MetricValue::Gauge(self.0.len() as f64)
    }
}

#[test]
fn metrics_of_ones_own_are_made_once_and_collected_with_care() {
    let vec = CustomVec::new(GaugeOpts::new("m", ""), ["a", "b"], |labels| {
        Own(
            labels.iter().map(|&label| label.to_owned()).collect(),
            AtomicBool::new(false),
        )
    })
    .expect("the names are valid");
    let own = vec.try_with_label_values(&["1", "2"]).unwrap();
    assert_eq!(own.0, ["1", "2"]);
    let curried = vec.curry_with(&[("a", "1")]).unwrap();
    assert!(Arc::ptr_eq(&own, &curried.try_with(&[("b", "2")]).unwrap()));
    assert!(vec.try_with_label_values(&["1"]).is_err());
    vec.try_with_label_values(&["3", "4"]).unwrap();
    assert_eq!(exposed(vec.clone()), ["1,2 2", "3,4 2"]);
    assert_eq!(vec.remove_partial_match(&[("a", "3")]), 1);
    assert_eq!(exposed(vec.clone()), ["1,2 2"]);
    own.1.store(true, Ordering::Relaxed);
    let registry = Registry::new();
    registry.register(vec.clone()).unwrap();
    let errors = registry.gather().errors;
    assert!(
        errors[0].to_string().contains(r#"["1", "2"] is broken"#),
        "{errors:?}"
    );
    vec.reset();
    assert!(registry.gather().errors.is_empty());
    let again = vec.try_with_label_values(&["1", "2"]).unwrap();
    assert!(!Arc::ptr_eq(&own, &again));
}

/// A vec with the labels a, b and c, of which b is curried, in each form.
#[test]
fn observer_vecs_are_all_alike() {
    #[track_caller]
    fn check<V: ObserverVec + Collector + 'static>(vec: V, names: &[&str], shown: &[&str]) {
        assert_eq!(vec.given_labels(), names);
        assert_eq!(ObserverVec::desc(&vec).name(), "seconds");
        let (right, count) = (&["1", "3"][..names.len()], names.len());
        vec.try_observe(right, 0.5).unwrap();
        let trace = || vec![LabelPair::new("trace_id", "4bf92f35")];
        vec.try_observe_with_exemplar(right, 0.5, trace()).unwrap();
        for wrong in [&["1"][..], &["1", "2", "3"]] {
            let text = format!(
                r#"metric "seconds" has {count} variable labels, but got {} values: {wrong:?}"#,
                wrong.len()
            );
            assert_eq!(vec.try_observe(wrong, 0.5).unwrap_err().to_string(), text);
            let refused = vec.try_observe_with_exemplar(wrong, 0.5, trace());
            assert_eq!(refused.unwrap_err().to_string(), text);
        }
        assert_eq!(exposed(vec), shown);
    }
    let names = ["a", "b", "c"];
    let histograms = HistogramVec::new("seconds", "", names).unwrap();
    let curried: HistogramVec<2> = histograms.curry_with([("b", "2")]).unwrap();
    check(curried.clone(), &["a", "c"], &["1,2,3 2"]);
    check(DynHistogramVec::from(curried), &["a", "c"], &["1,2,3 4"]);
    let buckets = histograms.with(["1", "2", "3"]).snapshot().buckets;
    assert!(buckets[6].exemplar.is_some(), "{buckets:?}");

    let summaries = DynSummaryVec::new("seconds", "", names).unwrap();
    let curried = summaries.curry_with(&[("b", "2")]).unwrap();
    check(curried, &["a", "c"], &["1,2,3 2"]);
    let summaries = SummaryVec::new("seconds", "", names).unwrap();
    let curried: SummaryVec<2> = summaries.curry_with([("b", "2")]).unwrap();
    check(curried, &["a", "c"], &["1,2,3 2"]);

    check(Histogram::new("seconds", "").unwrap(), &[], &[" 2"]);
    check(Summary::new("seconds", "").unwrap(), &[], &[" 2"]);
}
