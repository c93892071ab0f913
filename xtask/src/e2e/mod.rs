//! Our programs and the real servers that they talk to, which say what they saw.

mod api; // Asking Prometheus.
mod batch_job; // Pushing to a Pushgateway that goes and comes back.
mod carbon; // The server that metrics are sent to.
mod checks; // What must be true of its answers.
mod formats; // Each format, from the program to a query.
mod graphite; // Sending to a Graphite that goes and comes back.
mod guard; // What is ended or removed on every path.
mod hang_ups; // Scrapers that come in crowds, and leave in the middle.
mod http; // The little HTTP that this needs.
mod job; // The program that pushes.
mod ours; // Our own programs.
mod prometheus; // The server and its tool.
mod pushgateway; // The server that is pushed to.
mod quickstart; // The program that the README starts with.
mod restarting; // Servers that are killed and come back.
mod tools; // Programs of others.
mod whisper; // What is in their files.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use tools::{CARBON, PROMETHEUS, PROMTOOL, PUSHGATEWAY, Tool};

/// Everything that is waited for is there by then, or never.
const PATIENCE: Duration = Duration::from_secs(60);

/// One of our programs beside the programs that it needs.
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

/// Runs all, or those whose name has a part; everything that was started is gone afterwards.
pub(crate) fn run(part: &str) -> Result<()> {
    let checks = named(part)?;
    // Before anything is built for them.
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

/// Tries until it works or patience ends; `alive` ends it at once.
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
