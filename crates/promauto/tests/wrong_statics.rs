//! Invalid statics: scrapes report them as errors, and only touching one panics.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::error::Error as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use promauto::metrics;
use promcore::{Counter, CounterVec, Error, Gatherer, Gauge, Histogram, default_registry};

metrics! {
    /// Fine.
    static FINE: Counter = "fine_total";
    /// Fine, too, and made with the help of others.
    static HELPED: Counter = "helped_total" { const_labels: [("registry", helped())] };
    /// Of the same name as another.
    static FIRST: Gauge = "twice";
    /// Of the same name as another.
    static SECOND: Gauge = "twice";
    /// With other buckets than can be.
    static BUCKETS: Histogram = "seconds" { buckets: [2.0, 1.0] };
    /// With a label that is not valid.
    static LABELS: CounterVec<1> = "labels_total" { labels: ["__a"] };
    /// With an option that panics.
    static PANICS: Counter = "panics_total" { unit: panics() };
    /// With an option that asks for the metric.
    static ITSELF: Counter = "itself_total" { unit: itself() };
    static UNMADE: Counter = || Err(Error::custom("no sensor"));
}

/// Uses the registry and another static, while statics are registered.
fn helped() -> &'static str {
    FINE.inc();
    let name = "made_meanwhile_total";
    default_registry()
        .register(Counter::new(name, "").unwrap())
        .unwrap();
    "default"
}

fn panics() -> String {
    panic!("no unit")
}

fn itself() -> String {
    ITSELF.value().to_string()
}

/// The errors of a scrape, in order.
const REPORTS: [&str; 6] = [
    "static wrong_statics::BUCKETS: histogram buckets must increase, but 2.0 is followed by 1.0",
    "static wrong_statics::ITSELF: the metric of static wrong_statics::ITSELF: it is made of itself",
    r#"static wrong_statics::LABELS: label name "__a" of metric "labels_total" is not valid"#,
    "static wrong_statics::PANICS: no unit",
    r#"static wrong_statics::SECOND: collector of ["twice"] is already registered"#,
    "static wrong_statics::UNMADE: no sensor",
];

/// Removes the file and line from a message.
fn without_place(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some((before, behind)) = text.split_once(" (") {
        let (place, after) = behind.split_once(')').unwrap();
        assert!(place.starts_with(file!()), "{place}");
        text = format!("{before}{after}");
    }
    text
}

#[test]
fn a_scrape_reports_what_is_wrong_and_shows_the_rest() {
    // Every thread sees all metrics, whichever is first.
    let gathered = thread::scope(|scope| {
        let scrapes = [(); 4].map(|()| scope.spawn(|| default_registry().gather()));
        scrapes.map(|scrape| scrape.join().unwrap())
    });
    for gathered in gathered {
        let names: Vec<&str> = (gathered.families.iter()).map(|it| &*it.name).collect();
        let expected = [
            "fine_total",
            "helped_total",
            "made_meanwhile_total",
            "twice",
        ];
        assert_eq!(names, expected);
        let reports = gathered.errors.iter().map(|error| {
            let text = without_place(&error.to_string());
            let text = text.strip_prefix("the metric of ").unwrap();
            let text = text.strip_suffix(" is missing").unwrap();
            format!(
                "{text}: {}",
                without_place(&error.source().unwrap().to_string())
            )
        });
        assert_eq!(reports.collect::<Vec<_>>(), REPORTS);
    }
    FIRST.set(1.0);
    assert_eq!(FINE.value(), 1.0);
    assert_eq!(HELPED.value(), 0.0);

    let touch: [(&str, fn()); 5] = [
        (REPORTS[0], || BUCKETS.observe(1.0)),
        (REPORTS[1], || ITSELF.inc()),
        (REPORTS[2], || _ = LABELS.with([""])),
        (REPORTS[3], || PANICS.inc()),
        (REPORTS[4], || SECOND.set(1.0)),
    ];
    for (report, touch) in touch {
        // Every time, and no static is left half made.
        for _ in 0..2 {
            let panic = catch_unwind(AssertUnwindSafe(touch)).unwrap_err();
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.unwrap_or_else(|| panic.downcast_ref::<&str>().unwrap().to_string());
            let text = without_place(&text);
            assert!(
                report.ends_with(text.trim_start_matches("the metric of ")),
                "{text}"
            );
        }
    }
}
