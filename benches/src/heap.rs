//! The heap bytes of a series.
//!
//! Each candidate is counted in a separate process, so that nothing is left over from another one,
//! and so that only these processes pay for a counting allocator.

use std::io::{self, Write};
use std::process::{Command, ExitCode};
use std::sync::Barrier;
use std::thread;

use stats_alloc::INSTRUMENTED_SYSTEM;

use crate::labels::pairs;
use crate::row::{History, Pair, Series, Work};
use crate::rows::ROWS;

/// Prints the bytes of one series, for the given row and candidate.
///
/// Only a program whose global allocator is `stats_alloc`'s can count them.
pub fn heap(args: impl Iterator<Item = String>) -> ExitCode {
    let args: Vec<String> = args.collect();
    let bytes = match &args[..] {
        [row, who] => count(row, who),
        _ => None,
    };
    match bytes {
        Some(bytes) => {
            let written = writeln!(io::stdout(), "{bytes}");
            if written.is_ok() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        None => {
            // Ignore a closed stderr.
            let _ = writeln!(
                io::stderr(),
                "usage: heap ROW CANDIDATE, as `compare` runs it"
            );
            ExitCode::from(2)
        }
    }
}

/// Runs the `heap` program that was built with this one.
pub(crate) fn ask(row: &str, who: &str) -> Result<f64, String> {
    let program = std::env::current_exe()
        .map_err(|e| format!("cannot find this program's own path: {e}"))?
        .with_file_name("heap");
    let output = Command::new(&program)
        .args([row, who])
        .output()
        .map_err(|e| format!("cannot run {program:?}; build it with `cargo xtask bench`: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().map_err(|_| {
        let error = String::from_utf8_lossy(&output.stderr);
        format!("{program:?} counted nothing for {who:?}: {text}{error}")
    })
}

fn count(row: &str, who: &str) -> Option<f64> {
    let row = ROWS.iter().find(|r| r.name == row)?;
    let Work::Heap {
        series: size,
        history,
        candidates,
    } = row.work
    else {
        return None;
    };
    let candidate = candidates.iter().find(|c| c.who == who)?;
    let labels = pairs(size);
    let before = live();
    let series = (candidate.make)(size);
    let most = match history {
        History::Touched => scraped(&series),
        History::Written { threads, writes } => written(&series, &labels, threads, writes),
    };
    Some((most - before) as f64 / size as f64)
}

/// Returns the bytes in use after a scrape whose text was dropped.
fn scraped(series: &Series) -> isize {
    (series.render)(&mut Vec::new());
    live()
}

/// Writes from all threads concurrently, each starting at a different series, in ten passes;
/// returns the bytes while the threads are alive or after they ended, whichever is more.
fn written(series: &Series, labels: &[Pair], threads: usize, writes: u64) -> isize {
    const PASSES: u64 = 10;
    let line = Barrier::new(threads + 1);
    let alive = thread::scope(|scope| {
        for t in 0..threads {
            let line = &line;
            scope.spawn(move || {
                let start = t * labels.len() / threads;
                for _ in 0..PASSES {
                    for pair in labels[start..].iter().chain(&labels[..start]) {
                        (series.write)(pair, writes / PASSES);
                    }
                }
                line.wait();
                line.wait();
            });
        }
        line.wait();
        let alive = scraped(series);
        line.wait();
        alive
    });
    alive.max(scraped(series))
}

fn live() -> isize {
    let stats = INSTRUMENTED_SYSTEM.stats();
    stats.bytes_allocated as isize - stats.bytes_deallocated as isize
}
