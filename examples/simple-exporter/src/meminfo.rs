//! A collector of the machine's memory, read from the kernel at each scrape.

use std::fs;
use std::path::PathBuf;

use promcore::{Collector, ConstMetric, Desc, DescOpts, Error};

/// The exposed values: the field of `/proc/meminfo`, the metric, and its help text.
const FIELDS: [(&str, &str, &str); 7] = [
    (
        "MemTotal",
        "memory_total_bytes",
        "Memory that the kernel can use.",
    ),
    ("MemFree", "memory_free_bytes", "Memory that nobody uses."),
    (
        "MemAvailable",
        "memory_available_bytes",
        "Memory that programs can get without swapping.",
    ),
    (
        "Buffers",
        "memory_buffers_bytes",
        "Memory that block devices buffer.",
    ),
    (
        "Cached",
        "memory_cached_bytes",
        "Memory that files are cached in.",
    ),
    (
        "SwapTotal",
        "swap_total_bytes",
        "Space for memory that is swapped out.",
    ),
    ("SwapFree", "swap_free_bytes", "Space of it that is free."),
];

/// Reads `/proc/meminfo` at each scrape, since there is nothing to count in between.
#[derive(Debug)]
pub(crate) struct MemInfo {
    path: PathBuf,
    /// One for each of [`FIELDS`].
    descs: Vec<Desc>,
}

impl MemInfo {
    pub(crate) fn new(path: PathBuf) -> Result<Self, Error> {
        let desc =
            |(_, name, help): (_, &str, &str)| Desc::new(DescOpts::new(name, help).unit("bytes"));
        Ok(Self {
            path,
            descs: FIELDS.into_iter().map(desc).collect::<Result<_, _>>()?,
        })
    }
}

impl Collector for MemInfo {
    fn describe(&self, sink: &mut dyn FnMut(&Desc)) {
        self.descs.iter().for_each(sink);
    }

    fn collect(&self, sink: &mut dyn FnMut(ConstMetric)) {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) => {
                // Many queries treat missing metrics as 0, so report an error.
                let error = Error::custom(format!("cannot read {:?}: {error}", self.path));
                return sink(ConstMetric::invalid(&self.descs[0], error));
            }
        };
        for (desc, (field, ..)) in self.descs.iter().zip(FIELDS) {
            // Some kernels do not have all fields.
            if let Some(bytes) = find(&text, field) {
                sink(ConstMetric::gauge(desc, bytes, &[]).expect("there are no labels"));
            }
        }
    }
}

/// Finds a line such as `MemFree:  16620472 kB`, and returns the bytes.
fn find(text: &str, field: &str) -> Option<f64> {
    let mut lines = text.lines();
    let value = lines.find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    let kibibytes: f64 = value.strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0)
}

#[cfg(test)]
mod tests {
    use promtest::{assert_metrics, collect};

    use super::*;

    /// Collects the metrics of a kernel whose `/proc/meminfo` is `text`.
    fn collect_from(test: &str, text: &str) -> Result<promtest::Metrics, promtest::Error> {
        let name = format!("meminfo-{test}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, text).unwrap();
        let metrics = collect(MemInfo::new(path.clone()).unwrap());
        fs::remove_file(path).unwrap();
        metrics
    }

    #[test]
    fn what_the_kernel_tells_is_exposed_in_bytes() {
        let text = "MemTotal: 8000000 kB\nMemFree: 2000000 kB\nCached: 1 kB\nSwapCached: 77 kB\n";
        assert_metrics!(
            collect_from("told", text).unwrap(),
            "
            # HELP memory_cached_bytes Memory that files are cached in.
            # TYPE memory_cached_bytes gauge
            memory_cached_bytes 1024
            # HELP memory_free_bytes Memory that nobody uses.
            # TYPE memory_free_bytes gauge
            memory_free_bytes 2048000000
            # HELP memory_total_bytes Memory that the kernel can use.
            # TYPE memory_total_bytes gauge
            memory_total_bytes 8192000000
            "
        );
    }

    #[test]
    fn every_metric_passes_the_linter() {
        let line = |(field, ..): (&str, &str, &str)| format!("{field}: 1 kB\n");
        let text: String = FIELDS.into_iter().map(line).collect();
        let metrics = collect_from("linted", &text).unwrap();
        assert_eq!(metrics.count(), FIELDS.len());
        assert_eq!(metrics.lint(), []);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_an_error() {
        let nowhere = MemInfo::new("no/such/file".into()).unwrap();
        let error = collect(nowhere).unwrap_err().to_string();
        assert!(error.contains("cannot read \"no/such/file\": "), "{error}");
    }

    #[track_caller]
    fn check(text: &str, bytes: Option<f64>) {
        assert_eq!(find(text, "MemFree"), bytes, "{text:?}");
    }

    #[test]
    fn a_field_is_found_by_its_whole_name() {
        check("MemTotal:  8 kB\nMemFree:   2 kB\n", Some(2048.0));
        check("MemFree: 0 kB", Some(0.0));
        check("MemFreeMore: 2 kB\nNotMemFree: 2 kB\n", None);
    }

    #[test]
    fn what_is_no_number_of_kibibytes_is_not_guessed() {
        check("MemFree: much kB\n", None);
        check("MemFree: 2\n", None);
        check("MemFree: 2 MB\n", None);
        check("MemFree\n", None);
        check("", None);
    }
}
