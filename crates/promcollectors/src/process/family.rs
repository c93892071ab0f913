//! The nine families, and readings of their values.

use std::fmt::Display;

use promcore::{Desc, DescOpts};

/// One of the `process_*` families.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    CpuSeconds,
    OpenFds,
    MaxFds,
    VirtualBytes,
    VirtualMaxBytes,
    ResidentBytes,
    StartSeconds,
    ReceiveBytes,
    TransmitBytes,
}

/// The type of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    Gauge,
}

impl Family {
    pub(super) const ALL: [Self; 9] = [
        Self::CpuSeconds,
        Self::OpenFds,
        Self::MaxFds,
        Self::VirtualBytes,
        Self::VirtualMaxBytes,
        Self::ResidentBytes,
        Self::StartSeconds,
        Self::ReceiveBytes,
        Self::TransmitBytes,
    ];

    pub(super) fn kind(self) -> Kind {
        match self {
            Self::CpuSeconds | Self::ReceiveBytes | Self::TransmitBytes => Kind::Counter,
            _ => Kind::Gauge,
        }
    }

    /// Returns the descriptor, with `prefix` before the name: a namespace and an underscore, or nothing.
    pub(super) fn desc(self, prefix: &str) -> Result<Desc, promcore::Error> {
        let (name, help) = self.name_and_help();
        Desc::new(DescOpts::new(format!("{prefix}{name}"), help))
    }

    /// Returns the name and the help text of client_golang.
    fn name_and_help(self) -> (&'static str, &'static str) {
        match self {
            Self::CpuSeconds => (
                "process_cpu_seconds_total",
                "Total user and system CPU time spent in seconds.",
            ),
            Self::OpenFds => ("process_open_fds", "Number of open file descriptors."),
            Self::MaxFds => (
                "process_max_fds",
                "Maximum number of open file descriptors.",
            ),
            Self::VirtualBytes => (
                "process_virtual_memory_bytes",
                "Virtual memory size in bytes.",
            ),
            Self::VirtualMaxBytes => (
                "process_virtual_memory_max_bytes",
                "Maximum amount of virtual memory available in bytes.",
            ),
            Self::ResidentBytes => (
                "process_resident_memory_bytes",
                "Resident memory size in bytes.",
            ),
            Self::StartSeconds => (
                "process_start_time_seconds",
                "Start time of the process since unix epoch in seconds.",
            ),
            Self::ReceiveBytes => (
                "process_network_receive_bytes_total",
                "Number of bytes received by the process over the network.",
            ),
            Self::TransmitBytes => (
                "process_network_transmit_bytes_total",
                "Number of bytes sent by the process over the network.",
            ),
        }
    }
}

/// A reading of a process: the values that could be read, and the errors of the others.
#[derive(Debug, Default)]
pub(super) struct Reading {
    values: [Option<f64>; Family::ALL.len()],
    errors: Vec<promcore::Error>,
}

impl Reading {
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "nothing is read on other systems")
    )]
    pub(super) fn set(&mut self, family: Family, value: f64) {
        self.values[family as usize] = Some(value);
    }

    /// Adds the reason why some values are missing.
    pub(super) fn fail(&mut self, error: &dyn Display) {
        self.errors.push(promcore::Error::custom(error));
    }

    pub(super) fn value(&self, family: Family) -> Option<f64> {
        self.values[family as usize]
    }

    pub(super) fn into_errors(self) -> Vec<promcore::Error> {
        self.errors
    }
}
