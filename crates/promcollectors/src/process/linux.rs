//! Reads a process from `/proc`.
//!
//! Files are read independently, so an error in one does not affect the values of the others.

use std::fs;
use std::io;
use std::path::Path;

use procfs::process::{LimitValue, Process, Stat};

use super::family::{Family, Reading};
use crate::Error;

/// Checks that this machine has a `/proc`.
pub(super) fn check() -> Result<(), Error> {
    if Path::new("/proc/self/stat").exists() {
        Ok(())
    } else {
        Err(Error::Unsupported("no /proc"))
    }
}

/// Reads all values of the process `pid`, or of the current one.
pub(super) fn read(pid: Option<u32>) -> Reading {
    let mut reading = Reading::default();
    let name = pid.map_or_else(|| "self".to_owned(), |pid| pid.to_string());
    // Counted first, because the handle on the process is itself an open file.
    let open_fds = open_fds(pid, &name);
    let process = match open(pid) {
        Ok(process) => process,
        Err(error) => {
            reading.fail(&format_args!("cannot open process {name}: {error}"));
            return reading;
        }
    };
    match open_fds {
        Ok(count) => reading.set(Family::OpenFds, count as f64),
        Err(error) => reading.fail(&format_args!("cannot count the files of {name}: {error}")),
    }
    read_stat(&process, &mut reading);
    read_limits(&process, &mut reading);
    read_netstat(&process, &mut reading);
    reading
}

/// Opens a process, or the current one by the name `self`.
///
/// If `/proc` belongs to another PID namespace, our own PID may denote another process there.
fn open(pid: Option<u32>) -> procfs::ProcResult<Process> {
    let Some(pid) = pid else {
        return Process::myself();
    };
    let pid = i32::try_from(pid).map_err(|error| procfs::ProcError::Other(error.to_string()))?;
    Process::new(pid)
}

/// Counts the open files of a process, without opening another one if the kernel supports it.
fn open_fds(pid: Option<u32>, name: &str) -> io::Result<u64> {
    let path = format!("/proc/{name}/fd");
    // Since Linux 6.2, the size of the folder is the number of its entries; before, it is 0.
    let size = fs::metadata(&path)?.len();
    if size > 0 {
        return Ok(size);
    }
    let entries = fs::read_dir(path)?.count() as u64;
    let own = u64::from(pid.is_none_or(|pid| pid == std::process::id()));
    Ok(entries.saturating_sub(own)) // Listing the folder opens it.
}

fn read_stat(process: &Process, reading: &mut Reading) {
    let stat = match process.stat() {
        Ok(stat) => stat,
        Err(error) => return reading.fail(&error),
    };
    let ticks = procfs::ticks_per_second() as f64;
    reading.set(Family::CpuSeconds, (stat.utime + stat.stime) as f64 / ticks);
    reading.set(Family::VirtualBytes, stat.vsize as f64);
    reading.set(
        Family::ResidentBytes,
        (stat.rss * procfs::page_size()) as f64,
    );
    match start_seconds(&stat, ticks) {
        Ok(seconds) => reading.set(Family::StartSeconds, seconds),
        Err(error) => reading.fail(&error),
    }
}

/// Returns the start as Unix time, with the resolution of a tick; the boot time has that of a second.
fn start_seconds(stat: &Stat, ticks: f64) -> procfs::ProcResult<f64> {
    Ok(procfs::boot_time_secs()? as f64 + stat.starttime as f64 / ticks)
}

fn read_limits(process: &Process, reading: &mut Reading) {
    match process.limits() {
        Ok(limits) => {
            reading.set(Family::MaxFds, limit(limits.max_open_files.soft_limit));
            reading.set(
                Family::VirtualMaxBytes,
                limit(limits.max_address_space.soft_limit),
            );
        }
        Err(error) => reading.fail(&error),
    }
}

fn limit(value: LimitValue) -> f64 {
    match value {
        LimitValue::Unlimited => u64::MAX as f64, // As in Go, where RLIM_INFINITY is a number.
        LimitValue::Value(value) => value as f64,
    }
}

fn read_netstat(process: &Process, reading: &mut Reading) {
    let mut text = String::new();
    let read = process.open_relative("net/netstat").and_then(|mut file| {
        io::Read::read_to_string(&mut file, &mut text).map_err(procfs::ProcError::from)
    });
    if let Err(error) = read {
        return reading.fail(&error);
    }
    // Without these columns there is no value, unlike in Go, where it is 0.
    let columns = [
        ("InOctets", Family::ReceiveBytes),
        ("OutOctets", Family::TransmitBytes),
    ];
    for (column, family) in columns {
        if let Some(octets) = ip_ext(&text, column) {
            reading.set(family, octets);
        }
    }
}

/// Finds one number of the `IpExt` table: a line of names, then a line of values.
fn ip_ext(text: &str, column: &str) -> Option<f64> {
    let mut rows = text.lines().filter_map(|line| line.strip_prefix("IpExt: "));
    let (names, values) = (rows.next()?, rows.next()?);
    let (_, value) = names
        .split(' ')
        .zip(values.split(' '))
        .find(|(name, _)| *name == column)?;
    value.parse::<u64>().ok().map(|octets| octets as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NETSTAT: &str = "\
TcpExt: SyncookiesSent InOctets
TcpExt: 1 2
IpExt: InNoRoutes InOctets OutOctets
IpExt: 0 56769886 66766
";

    #[test]
    fn octets_come_from_the_ip_table() {
        assert_eq!(ip_ext(NETSTAT, "InOctets"), Some(56_769_886.0));
        assert_eq!(ip_ext(NETSTAT, "OutOctets"), Some(66_766.0));
    }

    #[test]
    fn an_absent_column_has_no_value() {
        assert_eq!(ip_ext(NETSTAT, "InMcastPkts"), None);
        assert_eq!(ip_ext("IpExt: InOctets\n", "InOctets"), None);
        assert_eq!(ip_ext("IpExt: InOctets\nIpExt: many\n", "InOctets"), None);
        assert_eq!(ip_ext("", "InOctets"), None);
    }

    #[test]
    fn no_limit_is_the_number_that_go_writes() {
        assert_eq!(limit(LimitValue::Unlimited), 18_446_744_073_709_552_000.0);
        assert_eq!(limit(LimitValue::Value(1024)), 1024.0);
    }
}
