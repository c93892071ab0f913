//! The process collector.

mod family; // The nine families, and readings of their values.
#[cfg(target_os = "linux")]
mod linux; // Reads /proc.
mod opts; // Which process, under which names.
#[cfg(not(target_os = "linux"))]
mod other; // Systems that are not supported yet.

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
/// There are nine families, with the names and help texts of client_golang:
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
/// As in Go, the two network families count the IP octets of the process's network namespace: outside a container, that is the traffic of the machine, not of the program.
/// A limit that is not set is 2^64−1, as in Go.
///
/// A value that cannot be read is left out, never reported as 0.
/// A collection reads five small files in about 50 µs; it takes no lock.
///
/// Follows `prometheus/process_collector.go` of client_golang 1.24, except that
///
/// - the tick rate is queried instead of assumed;
/// - the current process is found even if `/proc` belongs to another PID namespace;
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
    /// [`Error::Unsupported`] if the system has no `/proc`; [`Error::Core`] if the namespace makes a metric name invalid.
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
