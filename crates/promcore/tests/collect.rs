//! Slow collectors.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod gathered;
mod hang;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use gathered::names_and_errors;
use hang::without_hanging;
use promcore::{
    Collector, ConstMetric, Desc, DescOpts, Gatherer, Gatherers, Gauge, Registry, ScrapeOpts,
    collector_fn, wrap_collector_with_prefix,
};

/// Makes a collector of a gauge that runs `work` first.
fn working(name: &str, work: impl Fn() + Send + Sync + 'static) -> impl Collector {
    let desc = Desc::new(DescOpts::new(name, "")).unwrap();
    collector_fn(vec![desc.clone()], move |sink| {
        work();
        sink(ConstMetric::gauge(&desc, 1.0, &[]).unwrap());
    })
}

fn until(deadline: impl Into<Option<Instant>>) -> ScrapeOpts {
    ScrapeOpts::new().deadline(deadline)
}

fn soon() -> Option<Instant> {
    Some(Instant::now() + Duration::from_millis(20))
}

fn far() -> Option<Instant> {
    Some(Instant::now() + Duration::from_secs(60))
}

#[test]
fn slow_collectors_run_side_by_side() {
    without_hanging(|| {
        let registry = Registry::new();
        let all_are_there = Arc::new(Barrier::new(5));
        for number in 0..5 {
            let all_are_there = Arc::clone(&all_are_there);
            let wait = move || _ = all_are_there.wait();
            registry
                .register(working(&format!("m{number}"), wait))
                .unwrap();
        }
        // Later scrapes do not treat them as quick, either.
        for deadline in [None, None, far(), None] {
            let (names, errors) =
                names_and_errors(registry.scrape_with(&until(deadline)).into_gathered());
            assert_eq!(names, ["m0", "m1", "m2", "m3", "m4"]);
            assert!(errors.is_empty());
        }
    });
}

/// Makes a registry of quick collectors that note their threads.
fn noting(collectors: usize) -> (Registry, Arc<Mutex<Vec<ThreadId>>>) {
    let (registry, threads) = (Registry::new(), Arc::default());
    for number in 0..collectors {
        let threads: Arc<Mutex<Vec<ThreadId>>> = Arc::clone(&threads);
        let note = move || threads.lock().unwrap().push(thread::current().id());
        registry
            .register(working(&format!("m{number}"), note))
            .unwrap();
    }
    (registry, threads)
}

#[test]
fn a_single_collector_needs_no_thread() {
    let (registry, threads) = noting(1);
    registry.gather();
    registry.gather();
    assert_eq!(*threads.lock().unwrap(), [thread::current().id(); 2]);
}

#[test]
fn collectors_that_are_known_to_be_quick_need_no_thread() {
    without_hanging(|| {
        let (registry, threads) = noting(5);
        // Whether they are quick depends on the machine, but eventually they are.
        loop {
            threads.lock().unwrap().clear();
            registry.gather();
            if *threads.lock().unwrap() == [thread::current().id(); 5] {
                break;
            }
        }
    });
}

#[test]
fn a_slow_collector_costs_only_itself() {
    without_hanging(|| {
        let registry = Registry::new();
        let (release, wait) = mpsc::channel::<()>();
        let (wait, starts) = (Mutex::new(wait), Arc::new(AtomicUsize::new(0)));
        let started = Arc::clone(&starts);
        let blocks = move || {
            started.fetch_add(1, Ordering::SeqCst);
            let _ = wait.lock().unwrap().recv();
        };
        registry.register(working("a_slow", blocks)).unwrap();
        registry.register(working("b", || {})).unwrap();
        registry.register(Gauge::new("c", "").unwrap()).unwrap();

        let late = r#"collector of ["a_slow"] was not done in time"#;
        // On a busy machine the deadline may come before a worker does.
        while starts.load(Ordering::SeqCst) == 0 {
            let (names, errors) =
                names_and_errors(registry.scrape_with(&until(soon())).into_gathered());
            assert!(names.contains(&"c".to_owned()), "{names:?}");
            assert!(errors.contains(&late.to_owned()), "{errors:?}");
        }

        let busy = r#"collector of ["a_slow"] is still busy with an earlier scrape"#;
        // Soon it has run for longer than a scrape would wait for it.
        loop {
            let (names, errors) =
                names_and_errors(registry.scrape_with(&until(soon())).into_gathered());
            assert!(!names.contains(&"a_slow".to_owned()), "{names:?}");
            if errors.contains(&busy.to_owned()) {
                break;
            }
        }
        assert_eq!(starts.load(Ordering::SeqCst), 1);

        // All runs can end now, and the next scrape only waits for the end of the first.
        drop(release);
        let (names, errors) = names_and_errors(registry.scrape_with(&until(far())).into_gathered());
        assert_eq!((names, errors), (owned(&["a_slow", "b", "c"]), owned(&[])));
        assert_eq!(starts.load(Ordering::SeqCst), 2);
    });
}

#[test]
fn clients_without_patience_do_not_keep_a_collector_from_others() {
    without_hanging(|| {
        let registry = Registry::new();
        let (started, starts) = mpsc::channel();
        let (release, wait) = mpsc::channel::<()>();
        let wait = Mutex::new(wait);
        let slow = move || {
            started.send(()).unwrap();
            _ = wait.lock().unwrap().recv();
        };
        registry.register(working("slow", slow)).unwrap();
        // On a busy machine the deadline may come before a worker does.
        while starts.try_recv().is_err() {
            registry.scrape_with(&until(soon()));
        }

        let patient = registry.clone();
        let patient = thread::spawn(move || patient.scrape_with(&until(far())).into_gathered());
        // It does not start the collector while the abandoned run lasts.
        registry.scrape_with(&until(soon()));
        assert!(starts.try_recv().is_err());
        release.send(()).unwrap();
        starts.recv().unwrap();
        release.send(()).unwrap();

        let (names, errors) = names_and_errors(patient.join().unwrap());
        assert_eq!((names, errors), (owned(&["slow"]), owned(&[])));
    });
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

#[test]
fn a_deadline_holds_for_gatherers_and_what_is_wrapped() {
    without_hanging(|| {
        let (slow, quick) = (Registry::new(), Registry::new());
        let (release, wait) = mpsc::channel::<()>();
        let wait = Mutex::new(wait);
        let blocks = move || _ = wait.lock().unwrap().recv();
        let wrapped = wrap_collector_with_prefix("p_", working("m", blocks));
        slow.register(wrapped).unwrap();
        quick.register(Gauge::new("g", "").unwrap()).unwrap();
        let both = Gatherers::new().gatherer(slow).gatherer(quick);
        let (names, errors) = names_and_errors(both.scrape_with(&until(soon())).into_gathered());
        assert_eq!((names, errors.len()), (owned(&["g"]), 1));
        drop(release);
    });
}

#[test]
fn a_deadline_that_has_passed_starts_nothing() {
    let registry = Registry::new();
    let panics = || panic!("it was started");
    registry.register(working("m", panics)).unwrap();
    registry.register(Gauge::new("g", "").unwrap()).unwrap();
    let (names, errors) =
        names_and_errors(registry.scrape_with(&until(Instant::now())).into_gathered());
    let late = r#"collector of ["m"] was not done in time"#;
    assert_eq!((names, errors), (owned(&["g"]), owned(&[late])));
}

#[test]
fn many_collectors_share_few_threads() {
    without_hanging(|| {
        let (registry, threads) = noting(1_000);
        let (names, errors) = names_and_errors(registry.scrape().into_gathered());
        assert_eq!((names.len(), errors.len()), (1_000, 0));
        let all: Vec<ThreadId> = threads.lock().unwrap().clone();
        let different: Vec<ThreadId> = all.iter().fold(Vec::new(), |mut seen, id| {
            if !seen.contains(id) {
                seen.push(*id);
            }
            seen
        });
        assert!(different.len() <= 64, "{} threads", different.len());
    });
}

/// The payload of a collector's panic may itself panic when it is dropped.
#[test]
fn b19_a_panic_within_a_panic_is_the_end_of_it() {
    struct Thrown;
    impl Drop for Thrown {
        fn drop(&mut self) {
            if !thread::panicking() {
                panic!("again");
            }
        }
    }
    without_hanging(|| {
        let registry = Registry::new();
        let throws = || std::panic::resume_unwind(Box::new(Thrown));
        registry.register(working("a", throws)).unwrap();
        registry.register(working("b", throws)).unwrap();
        registry.register(Gauge::new("c", "").unwrap()).unwrap();
        for deadline in [None, far()] {
            let (names, errors) =
                names_and_errors(registry.scrape_with(&until(deadline)).into_gathered());
            assert_eq!(names, ["c"]);
            let panicked =
                |name| format!("collector of [{name:?}] panicked: something other than text");
            assert_eq!(errors, [panicked("a"), panicked("b")]);
        }
    });
}

/// Concurrent scrapes do not interfere with each other.
#[test]
fn scrapes_may_overlap() {
    without_hanging(|| {
        let registry = Registry::new();
        for number in 0..20 {
            let work = || thread::yield_now();
            registry
                .register(working(&format!("m{number:02}"), work))
                .unwrap();
        }
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for round in 0..25 {
                        let deadline = if round % 2 == 0 { None } else { far() };
                        let (names, errors) = names_and_errors(
                            registry.scrape_with(&until(deadline)).into_gathered(),
                        );
                        let names: BTreeSet<String> = names.into_iter().collect();
                        assert_eq!((names.len(), errors.len()), (20, 0));
                    }
                });
            }
        });
    });
}
