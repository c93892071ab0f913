//! The process collector, compared with `/proc`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use procfs::process::{Process, Stat};
use promcollectors::{ProcessCollector, ProcessCollectorOpts, pid_file};
use promcore::{Gathered, Gatherer, MetricType, MetricValue, Registry};

const NAMES: [&str; 9] = [
    "process_cpu_seconds_total",
    "process_max_fds",
    "process_network_receive_bytes_total",
    "process_network_transmit_bytes_total",
    "process_open_fds",
    "process_resident_memory_bytes",
    "process_start_time_seconds",
    "process_virtual_memory_bytes",
    "process_virtual_memory_max_bytes",
];

#[test]
fn the_nine_families_are_there_with_their_types() {
    let families = gather(ProcessCollectorOpts::new()).families;

    let names: Vec<_> = families.iter().map(|family| family.name.as_str()).collect();
    assert_eq!(names, NAMES);
    for family in &families {
        let counter = family.name.ends_with("_total");
        let expected = if counter {
            MetricType::Counter
        } else {
            MetricType::Gauge
        };
        assert_eq!(family.kind, expected, "{}", family.name);
        assert_eq!(family.unit, "", "{}", family.name);
        assert_eq!(family.metrics.len(), 1, "{}", family.name);
    }
}

#[test]
fn own_values_are_true() {
    let me = Process::myself().unwrap();
    let (stat, limits) = (me.stat().unwrap(), me.limits().unwrap());
    let values = values(ProcessCollectorOpts::new());

    let ticks = procfs::ticks_per_second() as f64;
    let cpu = (stat.utime + stat.stime) as f64 / ticks;
    assert!((cpu..cpu + 5.0).contains(&values["process_cpu_seconds_total"]));
    let resident = (stat.rss * procfs::page_size()) as f64;
    assert!((resident / 2.0..resident * 2.0).contains(&values["process_resident_memory_bytes"]));
    let virtual_bytes = stat.vsize as f64;
    assert!(
        (virtual_bytes / 2.0..virtual_bytes * 2.0)
            .contains(&values["process_virtual_memory_bytes"])
    );
    assert_eq!(values["process_max_fds"], number(&limits.max_open_files));
    assert_eq!(
        values["process_virtual_memory_max_bytes"],
        number(&limits.max_address_space)
    );
    assert!(values["process_network_receive_bytes_total"] >= 0.0);
    assert!(values["process_network_transmit_bytes_total"] >= 0.0);
}

#[test]
fn cpu_time_grows_with_work() {
    let before = values(ProcessCollectorOpts::new())["process_cpu_seconds_total"];
    let start = Instant::now();
    let mut grown = 0.0;
    while grown < 0.05 && start.elapsed() < Duration::from_secs(30) {
        grown = values(ProcessCollectorOpts::new())["process_cpu_seconds_total"] - before;
    }
    assert!(grown >= 0.05, "the CPU time grew by {grown} only");
}

#[test]
fn the_start_is_before_now_and_not_a_whole_second_off() {
    let child = Sleeper::start();
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs_f64();

    let start = values(child.opts())["process_start_time_seconds"];

    // The boot time has whole seconds, hence the slack.
    assert!((start - now).abs() < 2.5, "started {start}, now {now}");
}

#[test]
fn a_foreign_process_has_its_own_values() {
    let child = Sleeper::start();
    let stat = child.stat();

    let values = values(child.opts());

    assert_eq!(values.len(), NAMES.len());
    assert_eq!(values["process_open_fds"], child.open_files());
    assert_eq!(values["process_virtual_memory_bytes"], stat.vsize as f64);
    assert!(values["process_cpu_seconds_total"] < 1.0);
}

#[test]
fn open_files_are_counted() {
    let before = values(ProcessCollectorOpts::new())["process_open_fds"];
    let files: Vec<_> = (0..200).map(|_| File::open("/dev/null").unwrap()).collect();
    let after = values(ProcessCollectorOpts::new())["process_open_fds"];

    drop(files);
    // Other tests open files concurrently.
    assert!(
        (before + 150.0..before + 250.0).contains(&after),
        "{before} then {after}"
    );
}

#[test]
fn a_process_that_is_gone_has_no_families() {
    let gathered = gather(gone());

    assert!(gathered.families.is_empty(), "{:?}", gathered.families);
    assert!(gathered.errors.is_empty(), "{:?}", gathered.errors);
}

#[test]
fn a_process_that_is_gone_is_an_error_if_wanted() {
    let gathered = gather(gone().report_errors(true));

    assert!(gathered.families.is_empty(), "{:?}", gathered.families);
    let text = gathered.errors[0].to_string();
    assert!(
        text.contains(&format!("cannot open process {GONE}")),
        "{text}"
    );
}

#[test]
fn a_pid_that_cannot_be_told_is_an_error_if_wanted() {
    let opts = ProcessCollectorOpts::new().pid_fn(|| Err(io::Error::other("no such job")));
    assert!(gather(opts).errors.is_empty());

    let opts = ProcessCollectorOpts::new().pid_fn(|| Err(io::Error::other("no such job")));
    let text = gather(opts.report_errors(true)).errors[0].to_string();
    assert!(
        text.contains("cannot tell the process id: no such job"),
        "{text}"
    );
}

#[test]
fn a_pid_file_is_read_at_each_collection() {
    let path = std::env::temp_dir().join(format!("promcollectors-{}.pid", std::process::id()));
    let pid = pid_file(&path);
    assert!(
        pid()
            .unwrap_err()
            .to_string()
            .contains("cannot read pid file")
    );

    std::fs::write(&path, " 4711\n").unwrap();
    assert_eq!(pid().unwrap(), 4711);

    std::fs::write(&path, "x").unwrap();
    let text = pid().unwrap_err().to_string();
    std::fs::remove_file(&path).unwrap();
    assert!(
        text.contains("cannot parse pid file") && text.contains("\"x\""),
        "{text}"
    );
}

#[test]
fn a_namespace_goes_in_front() {
    let values = values(ProcessCollectorOpts::new().namespace("shop"));

    assert!(values.contains_key("shop_process_open_fds"));
    assert!(values.keys().all(|name| name.starts_with("shop_process_")));
}

#[test]
fn one_registry_takes_one_collector() {
    let registry = Registry::new();
    let collector = || ProcessCollector::new(ProcessCollectorOpts::new()).unwrap();
    registry.register(collector()).unwrap();

    let error = registry.register(collector()).unwrap_err();

    assert!(
        matches!(error, promcore::Error::AlreadyRegistered(_)),
        "{error}"
    );
}

/// A process ID that the kernel never assigns.
const GONE: u32 = 999_999_999;

fn gone() -> ProcessCollectorOpts {
    ProcessCollectorOpts::new().pid_fn(|| Ok(GONE))
}

fn gather(opts: ProcessCollectorOpts) -> Gathered {
    let registry = Registry::new();
    registry
        .register(ProcessCollector::new(opts).unwrap())
        .unwrap();
    registry.gather()
}

fn values(opts: ProcessCollectorOpts) -> BTreeMap<String, f64> {
    let gathered = gather(opts.report_errors(true));
    assert!(gathered.errors.is_empty(), "{:?}", gathered.errors);
    gathered
        .families
        .iter()
        .map(|family| match &family.metrics[0].value {
            MetricValue::Counter(counter) => (family.name.clone(), counter.value),
            MetricValue::Gauge(value) => (family.name.clone(), *value),
            other => panic!("{} is {other:?}", family.name),
        })
        .collect()
}

fn number(limit: &procfs::process::Limit) -> f64 {
    match limit.soft_limit {
        procfs::process::LimitValue::Value(value) => value as f64,
        procfs::process::LimitValue::Unlimited => 18_446_744_073_709_552_000.0,
    }
}

/// A child that does nothing until it is dropped.
struct Sleeper(Child);

impl Sleeper {
    fn start() -> Self {
        let child = Command::new("sleep")
            .arg("600")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let child = Self(child);
        // Once it sleeps, its values no longer change.
        let start = Instant::now();
        while child.stat().state != 'S' {
            assert!(start.elapsed() < Duration::from_secs(30), "it never slept");
            std::thread::yield_now();
        }
        child
    }

    fn stat(&self) -> Stat {
        Process::new(self.0.id() as i32).unwrap().stat().unwrap()
    }

    fn open_files(&self) -> f64 {
        std::fs::read_dir(format!("/proc/{}/fd", self.0.id()))
            .unwrap()
            .count() as f64
    }

    fn opts(&self) -> ProcessCollectorOpts {
        let pid = self.0.id();
        ProcessCollectorOpts::new().pid_fn(move || Ok(pid))
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}
