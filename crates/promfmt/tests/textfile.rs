//! Writing metrics to files.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::error::Error as _;
use std::fs;
use std::path::{Path, PathBuf};

use promcore::{
    ConstMetric, Counter, CounterOpts, Desc, DescOpts, Error, Gathered, Registry, collector_fn,
    gatherer_fn,
};
use promfmt::write_to_textfile;

/// A folder for one test, removed after it.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let name = format!("promfmt-{test}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn files(&self) -> Vec<String> {
        let names = fs::read_dir(&self.0).unwrap();
        let names = names.map(|file| file.unwrap().file_name().into_string().unwrap());
        names.collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn registry() -> Registry {
    let registry = Registry::new();
    let opts = CounterOpts::new("jobs_total", "Jobs done.").const_label("kind", "a\"b");
    registry
        .register(Counter::with_opts(opts).unwrap())
        .unwrap();
    registry
}

const TEXT: &str =
    "# HELP jobs_total Jobs done.\n# TYPE jobs_total counter\njobs_total{kind=\"a\\\"b\"} 0\n";

#[test]
fn a_file_is_written_whole() {
    let folder = Folder::new("whole");
    let path = folder.0.join("jobs.prom");
    write_to_textfile(&path, &registry()).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), TEXT);
    fs::write(
        &path,
        "something much longer than what is to come\n".repeat(100),
    )
    .unwrap();
    write_to_textfile(&path, &registry()).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), TEXT);
    assert_eq!(folder.files(), ["jobs.prom"]);
    // An empty registry makes an empty file.
    write_to_textfile(&path, &Registry::new()).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "");
}

#[cfg(unix)]
#[test]
fn everybody_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new("mode");
    let path = folder.0.join("jobs.prom");
    write_to_textfile(&path, &registry()).unwrap();
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o644);
}

#[cfg(unix)]
#[test]
fn a_link_is_replaced_and_what_it_points_to_stays() {
    let folder = Folder::new("link");
    let (path, elsewhere) = (folder.0.join("jobs.prom"), folder.0.join("secret"));
    fs::write(&elsewhere, "secret").unwrap();
    std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
    write_to_textfile(&path, &registry()).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), TEXT);
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "secret");
}

/// As Go writes them; some readers need another escaping, but node exporter accepts this.
#[test]
fn names_beyond_ascii_are_quoted() {
    let folder = Folder::new("utf8");
    let registry = Registry::new();
    let opts = CounterOpts::new("jobs.total", "").const_label("ä", "1");
    registry
        .register(Counter::with_opts(opts).unwrap())
        .unwrap();
    let path = folder.0.join("jobs.prom");
    write_to_textfile(&path, &registry).unwrap();
    let expected =
        "# HELP \"jobs.total\" \n# TYPE \"jobs.total\" counter\n{\"jobs.total\",\"ä\"=\"1\"} 0\n";
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
}

#[test]
fn a_file_stays_if_not_everything_was_gathered() {
    let folder = Folder::new("gather");
    let path = folder.0.join("jobs.prom");
    fs::write(&path, "old").unwrap();
    let registry = registry();
    let desc = Desc::new(DescOpts::new("m", "")).unwrap();
    let metric = ConstMetric::invalid(&desc, Error::custom("no value"));
    let collector = collector_fn(vec![desc], move |sink| sink(metric.clone()));
    registry.register(collector).unwrap();
    let error = write_to_textfile(&path, &registry).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"cannot gather all metrics: metric Desc{fqName: "m", help: "", unit: "", constLabels: {}, variableLabels: {}} cannot be collected: no value"#
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    assert_eq!(folder.files(), ["jobs.prom"]);
}

#[track_caller]
fn check_fails(path: &Path) {
    let error = write_to_textfile(path, &registry()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("cannot write text file {path:?}")
    );
    assert!(error.source().is_some());
}

#[test]
fn what_goes_wrong_leaves_nothing_behind() {
    let folder = Folder::new("wrong");
    check_fails(&folder.0.join("missing/jobs.prom"));
    check_fails(Path::new("/"));
    check_fails(Path::new(""));
    // A folder that is not empty cannot be replaced.
    let taken = folder.0.join("taken.prom");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("file"), "").unwrap();
    check_fails(&taken);
    assert_eq!(folder.files(), ["taken.prom"]);
    let panics = gatherer_fn(|| -> Gathered { panic!("no metrics today") });
    let path = folder.0.join("jobs.prom");
    let outcome = std::panic::catch_unwind(|| write_to_textfile(&path, &panics));
    assert!(outcome.is_err());
    assert_eq!(folder.files(), ["taken.prom"]);
}
