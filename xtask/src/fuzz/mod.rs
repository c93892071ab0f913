//! Fuzzes the parsers.
//!
//! The targets are in `crates/promfmt/fuzz`, a separate workspace.
//! They are built by the stable compiler, with coverage instrumentation; `cargo fuzz` also works, but is not needed.

use std::fs;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::metadata;
use crate::run::{self, cargo, succeed};

mod seeds;

/// Each target, with the outputs of the corpus that are its inputs.
const TARGETS: [(&str, &[&str]); 4] = [
    ("text", &["text"]),
    ("openmetrics", &["openmetrics", "openmetrics_created"]),
    ("protobuf", &["protobuf_delimited_b64"]),
    ("round_trip", &["protobuf_delimited_b64"]),
];

const USAGE: &str = "usage: cargo xtask fuzz [--build] [--seconds N] [TARGET]";

/// The default duration of each target; 0 would mean no limit to the fuzzer.
const MINUTE: NonZeroU32 = NonZeroU32::new(60).expect("60 is not 0");

const FOLDER: &str = "crates/promfmt/fuzz";

/// The compiler flags of `cargo fuzz`, without the address sanitizer, since there is no unsafe code.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Ccodegen-units=1 \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Runs one target or all of them, one after the other.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let (mut seconds, mut target, mut builds_only) = (MINUTE, None, false);
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--build" => builds_only = true,
            "--seconds" => {
                let number = args.next().context(USAGE)?;
                seconds = number
                    .parse()
                    .with_context(|| format!("{number:?} is no number of seconds"))?;
            }
            name if TARGETS.iter().any(|(target, _)| *target == name) => target = Some(name),
            _ => bail!(USAGE),
        }
    }
    let build = metadata::read()?.target.join("fuzz");
    let host = host()?;
    compile(&build, &host)?;
    if builds_only {
        return Ok(());
    }
    let mut failed = Vec::new();
    for (name, outputs) in TARGETS {
        if target.is_some_and(|target| target != name) {
            continue;
        }
        let program = build.join(&host).join("release").join(name);
        // The others still run, so that one run shows all errors.
        if let Err(error) = fuzz(&program, &build, name, outputs, seconds) {
            eprintln!("error: {error:#}");
            failed.push(name);
        }
    }
    ensure!(failed.is_empty(), "failed: {}", failed.join(", "));
    Ok(())
}

/// Returns the host target; with an explicit target, programs that run during the build are not instrumented.
fn host() -> Result<String> {
    let version = run::output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not name its host")?.to_owned())
}

fn compile(build: &Path, host: &str) -> Result<()> {
    let manifest = Path::new(FOLDER).join("Cargo.toml");
    let mut command = cargo(["build", "--release", "--target", host, "--manifest-path"]);
    command.arg(manifest).arg("--target-dir").arg(build);
    succeed(command.env("RUSTFLAGS", FLAGS))
}

/// Runs a target; returns an error if it crashes, hangs, or takes too much memory.
fn fuzz(
    program: &Path,
    build: &Path,
    name: &str,
    outputs: &[&str],
    seconds: NonZeroU32,
) -> Result<()> {
    let folder = |kind: &str| -> Result<PathBuf> {
        let folder = build.join(kind).join(name);
        fs::create_dir_all(&folder)?;
        Ok(folder)
    };
    let (found, from_corpus, crashes) = (folder("found")?, folder("seeds")?, folder("crashes")?);
    let root = run::root();
    seeds::write(
        &root.join("crates/conformance/corpus"),
        outputs,
        &from_corpus,
    )?;
    println!("\n== {name}, {seconds} s");
    let mut command = Command::new(program);
    command
        .arg(&found)
        .arg(from_corpus)
        .args(Some(root.join(FOLDER).join("seeds").join(name)).filter(|it| it.is_dir()))
        .arg(format!("-artifact_prefix={}/", crashes.display()))
        .arg(format!("-max_total_time={seconds}"))
        .args(["-timeout=10", "-rss_limit_mb=2048", "-max_len=4096"])
        .args(["-print_final_stats=1", "-verbosity=0"]);
    succeed(&mut command).with_context(|| {
        let folder = Path::new(FOLDER).join("seeds").join(name);
        format!(
            "the input is in {}; after mending it goes to {} and into a test",
            crashes.display(),
            folder.display()
        )
    })
}
