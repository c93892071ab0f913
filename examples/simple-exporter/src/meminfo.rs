//! The machine's memory, as the kernel tells it at the time of the scrape.

use std::fs;
use std::path::PathBuf;

use promcore::{Collector, ConstMetric, Desc, DescOpts, Error};

/// What is exposed: the field of `/proc/meminfo`, the metric, and its help text.
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

/// Reads `/proc/meminfo` whenever somebody scrapes: there is nothing to count in between.
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
                // Metrics that are missing look like 0 to many a query; an error looks like one.
                let error = Error::custom(format!("cannot read {:?}: {error}", self.path));
                return sink(ConstMetric::invalid(&self.descs[0], error));
            }
        };
        for (desc, (field, ..)) in self.descs.iter().zip(FIELDS) {
            // Some kernels do not tell everything.
            if let Some(bytes) = find(&text, field) {
                sink(ConstMetric::gauge(desc, bytes, &[""; 0]).expect("there are no labels"));
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
    use super::*;

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
