//! Runs programs and finds paths.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};

use anyhow::{Context as _, Result};

/// An error with its own exit status.
#[derive(Debug)]
pub(crate) struct Exit {
    pub(crate) status: u8,
    pub(crate) message: String,
}

impl std::fmt::Display for Exit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Exit {}

/// Returns the exit status of an error, or 1.
pub(crate) fn exit_code(error: &anyhow::Error) -> ExitCode {
    error
        .downcast_ref::<Exit>()
        .map_or(ExitCode::FAILURE, |exit| ExitCode::from(exit.status))
}

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    // Cargo provides the current path; the path at build time may be stale.
    let manifest = env::var_os("CARGO_MANIFEST_DIR")
        .unwrap_or_else(|| OsString::from(env!("CARGO_MANIFEST_DIR")));
    Path::new(&manifest)
        .parent()
        .expect("the package is a folder of the workspace")
        .to_owned()
}

/// Returns a command for the cargo that started us, in the root of the workspace.
pub(crate) fn cargo<I>(args: I) -> Command
where
    I: IntoIterator<Item: AsRef<OsStr>>,
{
    let program = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.args(args).current_dir(root());
    command
}

/// Returns the same command in the current folder, so that file names work as in the user's shell.
pub(crate) fn cargo_here<I>(args: I) -> Result<Command>
where
    I: IntoIterator<Item: AsRef<OsStr>>,
{
    let mut command = cargo(args);
    command.current_dir(env::current_dir().context("cannot find the working directory")?);
    Ok(command)
}

/// Runs a program to its end; returns an error unless it succeeds.
pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    check(command, status)
}

/// Runs a program to its end and returns what it printed.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(std::process::Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    check(command, output.status)?;
    String::from_utf8(output.stdout)
        .with_context(|| format!("{} printed something else than UTF-8", shown(command)))
}

/// Finds a program on `PATH`.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

/// Returns an error with the program's exit status unless it succeeded.
fn check(command: &Command, status: ExitStatus) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    Err(Exit {
        status: status
            .code()
            .and_then(|code| u8::try_from(code).ok())
            .unwrap_or(1),
        message: format!("{} failed: {status}", shown(command)),
    }
    .into())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut text = program
        .file_name()
        .unwrap_or(program.as_os_str())
        .to_string_lossy()
        .into_owned();
    for arg in command.get_args() {
        text.push(' ');
        text.push_str(&arg.to_string_lossy());
    }
    format!("`{text}`")
}
