//! End-to-end tests: our programs with real servers, which are asked for what they received.

mod api; // Queries to Prometheus.
mod batch_job; // Pushes to a Pushgateway that restarts.
mod carbon; // Graphite's carbon.
mod checks; // Checks of query results.
mod formats; // Each format, from the program to a query.
mod graphite; // Pushes to a Graphite that restarts.
mod guard; // Guards that end programs and remove folders.
mod hang_ups; // Many scrapers that disconnect early.
mod http; // A minimal HTTP client.
mod job; // The program that pushes.
mod ours; // Our own programs.
mod prometheus; // The server and its tool.
mod pushgateway; // The server that is pushed to.
mod quickstart; // The program that the README starts with.
mod restarting; // Servers that are killed and come back.
mod tools; // External programs.
mod whisper; // Graphite's files.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use tools::{CARBON, PROMETHEUS, PROMTOOL, PUSHGATEWAY, Tool};

/// The timeout of every wait.
const PATIENCE: Duration = Duration::from_secs(60);

/// A check, and the external programs that it needs.
struct Check {
    name: &'static str,
    needs: &'static [Tool],
    run: fn() -> Result<()>,
}

const CHECKS: [Check; 5] = [
    Check {
        name: "quickstart",
        needs: &[PROMETHEUS, PROMTOOL],
        run: quickstart::run,
    },
    Check {
        name: "formats",
        needs: &[PROMETHEUS],
        run: formats::run,
    },
    Check {
        name: "hang-ups",
        needs: &[],
        run: hang_ups::run,
    },
    Check {
        name: "batch-job",
        needs: &[PUSHGATEWAY],
        run: batch_job::run,
    },
    Check {
        name: "graphite",
        needs: &[CARBON],
        run: graphite::run,
    },
];

/// Runs all checks, or those whose name contains `part`; no program keeps running afterwards.
pub(crate) fn run(part: &str) -> Result<()> {
    let checks = named(part)?;
    // Before anything is built.
    tools::check(checks.iter().flat_map(|check| check.needs).copied())?;
    for Check { name, run, .. } in checks {
        println!("-- {name}");
        let start = Instant::now();
        run().context(*name)?;
        println!(
            "-- {name}: passed in {:.1} s",
            start.elapsed().as_secs_f64()
        );
    }
    Ok(())
}

fn named(part: &str) -> Result<Vec<&'static Check>> {
    let checks = CHECKS.iter().filter(|check| check.name.contains(part));
    let checks: Vec<_> = checks.collect();
    let all = CHECKS.map(|check| check.name).join(", ");
    ensure!(
        !checks.is_empty(),
        "no check's name has {part:?} in it: {all}"
    );
    Ok(checks)
}

/// Retries until it succeeds or times out; an error of `alive` ends it immediately.
fn wait<T>(
    mut alive: impl FnMut() -> Result<()>,
    mut attempt: impl FnMut() -> Result<T>,
) -> Result<T> {
    let start = Instant::now();
    loop {
        alive()?;
        match attempt() {
            Err(_) if start.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(250)),
            result => return result.with_context(|| format!("tried for {PATIENCE:?}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_name_chooses() {
        let names = |part| named(part).map(|found| found.iter().map(|it| it.name).collect());
        let found: Vec<&str> = names("h").unwrap();
        assert_eq!(found, ["hang-ups", "batch-job", "graphite"]);
        assert_eq!(named("").unwrap().len(), CHECKS.len());
        let error = names("pull").unwrap_err();
        let expected = "no check's name has \"pull\" in it: \
                        quickstart, formats, hang-ups, batch-job, graphite";
        assert_eq!(error.to_string(), expected);
    }
}
