//! A job that pushes to a real Pushgateway, which is killed and restarted.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};

use super::guard::TempDir;
use super::job::{Job, Label, Task};
use super::pushgateway::{Group, Pushgateway};

/// Labels whose values must be escaped in a URL.
const HARD: [Label<'_>; 4] = [
    ("name", "Προμηθεύς"),
    ("note", "a b+c%2F?&#"),
    ("path", "/var/tmp"),
    ("zone", ""),
];

/// Whether the last run succeeded.
const SUCCESS: &str = "import_success";

/// The time of the last success, which only a successful run pushes.
const LAST_SUCCESS: &str = "import_last_success_timestamp_seconds";

pub(super) fn run() -> Result<()> {
    let folder = TempDir::new("prom-e2e-batch-job")?;
    let mut server = Pushgateway::new(folder.path())?;
    let job = Job::new(folder.path(), server.address())?;
    let checked = check(&mut server, &job);
    server.explain(checked)
}

fn check(server: &mut Pushgateway, job: &Job) -> Result<()> {
    server.start()?;
    job.run(&HARD, Task::Succeed)?.is_fine()?;
    reads_back(server)?;

    server.kill(HARD[0].1)?;
    is_told(server, job)?;
    let waiting = job.start(&[("waits", "yes")], Task::Succeed, 9)?;
    server.start()?;
    job.end(waiting)?.is_fine()?;
    group(server, &[("waits", "yes")])?;
    reads_back(server).context("it was there before the kill")?;
    let groups = server.groups()?;
    ensure!(groups.len() == 2, "what was lost is there: {groups:?}");
    println!("nothing is lost but what was pushed once while the gateway was down");

    replaces_and_adds(server, job)?;
    deletes(server, job)
}

/// Checks that pushed labels and values are unchanged in the exposition and the API.
fn reads_back(server: &Pushgateway) -> Result<()> {
    let values = group(server, &HARD)?;
    ensure!(values.get(SUCCESS) == Some(&1.0), "{values:?}");
    let labels = HARD.map(|(name, value)| format!("{name}=\"{value}\""));
    let labels = labels.join(",");
    let line = format!("{SUCCESS}{{instance=\"\",job=\"nightly_import\",{labels}}} 1");
    let lines = server.lines()?;
    ensure!(lines.contains(&line), "{line} is not among {lines:#?}");
    println!("{line}");
    Ok(())
}

/// Checks that a job succeeds, and reports it, if the Pushgateway is down.
fn is_told(server: &Pushgateway, job: &Job) -> Result<()> {
    let ended = job.run(&[("lost", "yes")], Task::Succeed)?;
    let url = format!(
        "http://{}/metrics/job/nightly_import/lost/yes",
        server.address()
    );
    let told = format!("the metrics are lost: cannot PUT {url}: ");
    let is_told = ended.errors.contains(&told) && ended.errors.contains("refused");
    ensure!(ended.is_success && is_told, "{ended:?}");
    println!("{}", ended.errors.trim_end());
    Ok(())
}

/// Checks that a successful run PUTs, and a failed one POSTs.
fn replaces_and_adds(server: &Pushgateway, job: &Job) -> Result<()> {
    let monday = [("day", "monday")];
    server.put("/metrics/job/nightly_import/day/monday", "left_over")?;
    job.run(&monday, Task::Fail)?.is_failure()?;
    let values = group(server, &monday)?;
    ensure!(
        values.contains_key("left_over"),
        "POST replaces: {values:?}"
    );
    ensure!(!values.contains_key(LAST_SUCCESS), "{values:?}");

    job.run(&monday, Task::Succeed)?.is_fine()?;
    let good = group(server, &monday)?;
    ensure!(!good.contains_key("left_over"), "PUT adds: {good:?}");
    ensure!(good.get(SUCCESS) == Some(&1.0), "{good:?}");

    job.run(&monday, Task::Fail)?.is_failure()?;
    let values = group(server, &monday)?;
    ensure!(values.get(SUCCESS) == Some(&0.0), "{values:?}");
    let is_kept = values.get(LAST_SUCCESS) == good.get(LAST_SUCCESS);
    ensure!(is_kept, "POST changes what is not in it: {values:?}");
    println!("PUT replaces and POST adds");
    Ok(())
}

fn deletes(server: &Pushgateway, job: &Job) -> Result<()> {
    for labels in [&HARD[..], &[("waits", "yes")], &[("day", "monday")]] {
        group(server, labels)?;
        job.run(labels, Task::Forget)?.is_fine()?;
        ensure!(group(server, labels).is_err(), "{labels:?} is not deleted");
    }
    let groups = server.groups()?;
    ensure!(groups.is_empty(), "{groups:?}");
    println!("DELETE deletes");
    Ok(())
}

/// Finds the values of the job's group with exactly these labels.
fn group(server: &Pushgateway, labels: &[Label<'_>]) -> Result<BTreeMap<String, f64>> {
    let mut wanted: BTreeMap<_, _> = labels.iter().copied().collect();
    wanted.insert("job", "nightly_import");
    let groups = server.groups()?;
    let has_all = |group: &&Group| {
        let labels = group.labels.iter();
        labels
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .eq(wanted.clone())
    };
    match groups.iter().find(has_all) {
        Some(group) => Ok(group.values.clone()),
        None => bail!("{labels:?} is not among {groups:?}"),
    }
}
