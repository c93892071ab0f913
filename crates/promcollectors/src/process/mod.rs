//! The process collector: its options, its descriptors and the numbers that a system gives.

mod family; // The nine families and a reading of their values.
#[cfg(target_os = "linux")]
mod linux; // Reading /proc.
mod opts; // Which process, under which names.
#[cfg(not(target_os = "linux"))]
mod other; // Systems that we cannot read yet.

use promcore::{Collector, ConstMetric, Desc};

use crate::Error;
use family::{Family, Kind, Reading};
#[cfg(target_os = "linux")]
use linux as system;
#[cfg(not(target_os = "linux"))]
use other as system;

pub use opts::{ProcessCollectorOpts, pid_file};

/// Collects what the operating system knows about one process.
///
/// Nine families, named and described as `client_golang` does:
///
/// | family | type | source on Linux |
/// |---|---|---|
/// | `process_cpu_seconds_total` | counter | `/proc/<pid>/stat`, by the kernel's tick rate |
/// | `process_open_fds` | gauge | size of `/proc/<pid>/fd`, or its entries before Linux 6.2 |
/// | `process_max_fds` | gauge | `/proc/<pid>/limits`, soft limit |
/// | `process_virtual_memory_bytes` | gauge | `/proc/<pid>/stat` |
/// | `process_virtual_memory_max_bytes` | gauge | `/proc/<pid>/limits`, soft limit |
/// | `process_resident_memory_bytes` | gauge | `/proc/<pid>/stat`, by the page size |
/// | `process_start_time_seconds` | gauge | boot time and `/proc/<pid>/stat` |
/// | `process_network_receive_bytes_total` | counter | `/proc/<pid>/net/netstat` |
/// | `process_network_transmit_bytes_total` | counter | `/proc/<pid>/net/netstat` |
///
/// The two network families count the IP octets of the process's whole network namespace, as they
/// do in Go: outside a container that is the machine's traffic, not the program's.
/// A limit that is not set reads 2^64−1, as in Go.
///
/// A number that cannot be read is left out, never reported as 0.
/// A collection reads five small files, some 50 µs in all; it takes no lock.
///
/// Follows `prometheus/process_collector.go` of `client_golang` 1.24, except that
///
/// - the tick rate is asked for instead of assumed;
/// - a program finds itself also if the numbers in `/proc` are those of another namespace;
/// - an unsupported system is an error of the constructor.
///
/// See the [crate](crate) and [`ProcessCollectorOpts`] for examples.
#[derive(Debug)]
#[doc(alias = "NewProcessCollector")]
pub struct ProcessCollector {
    opts: ProcessCollectorOpts,
    descs: Vec<(Family, Desc)>,
}

impl ProcessCollector {
    /// Makes a collector for the process that `opts` names.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] where the system has no `/proc`, and [`Error::Core`] when the
    /// namespace makes an invalid metric name.
    pub fn new(opts: ProcessCollectorOpts) -> Result<Self, Error> {
        system::check()?;
        let descs = Family::ALL
            .into_iter()
            .map(|family| Ok((family, family.desc(opts.prefix())?)))
            .collect::<Result<_, Error>>()?;
        Ok(Self { opts, descs })
    }

    fn read(&self) -> Reading {
        match self.opts.pid() {
            Ok(pid) => system::read(pid),
            Err(error) => {
                let mut reading = Reading::default();
                reading.fail(&format_args!("cannot tell the process id: {error}"));
                reading
            }
        }
    }
}

impl Collector for ProcessCollector {
    fn describe(&self, sink: &mut dyn FnMut(&Desc)) {
        for (_, desc) in &self.descs {
            sink(desc);
        }
    }

    fn collect(&self, sink: &mut dyn FnMut(ConstMetric)) {
        let reading = self.read();
        for (family, desc) in &self.descs {
            if let Some(value) = reading.value(*family) {
                sink(const_metric(*family, desc, value));
            }
        }
        if self.opts.wants_errors() {
            for error in reading.into_errors() {
                let nameless = Desc::invalid(error.clone());
                sink(ConstMetric::invalid(&nameless, error));
            }
        }
    }
}

fn const_metric(family: Family, desc: &Desc, value: f64) -> ConstMetric {
    let metric = match family.kind() {
        Kind::Counter => ConstMetric::counter(desc, value, &[]),
        Kind::Gauge => ConstMetric::gauge(desc, value, &[]),
    };
    metric.unwrap_or_else(|error| ConstMetric::invalid(desc, error))
}
