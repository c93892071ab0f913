//! Guards that end programs and remove folders.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, ExitStatus};

use anyhow::{Context as _, Result, bail};

/// A program that is killed when its guard is dropped.
#[derive(Debug)]
pub(super) struct Running {
    name: &'static str,
    child: Child,
}

impl Running {
    pub(super) fn start(name: &'static str, command: &mut Command) -> Result<Self> {
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        Ok(Self { name, child })
    }

    /// Returns an error if the program has ended by itself.
    pub(super) fn check_runs(&mut self) -> Result<()> {
        match self.status()? {
            Some(status) => bail!("{} ended: {status}", self.name),
            None => Ok(()),
        }
    }

    /// Returns the exit status of the program, if it has ended.
    pub(super) fn status(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    pub(super) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Fails only if it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder that is removed when its guard is dropped.
#[derive(Debug)]
pub(super) struct TempDir(PathBuf);

impl TempDir {
    pub(super) fn new(name: &str) -> Result<Self> {
        let path = env::temp_dir().join(format!("{name}-{}", process::id()));
        fs::create_dir(&path).with_context(|| format!("cannot make the folder {path:?}"))?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_goes_with_its_guard() {
        let folder = TempDir::new("prom-guard-test").unwrap();
        let path = folder.path().to_owned();
        fs::write(path.join("file"), "text").unwrap();
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_program_goes_with_its_guard() {
        let mut running = Running::start("sleep", Command::new("sleep").arg("60")).unwrap();
        running.check_runs().unwrap();
        let proc = PathBuf::from(format!("/proc/{}", running.pid()));
        assert!(proc.exists());
        drop(running);
        assert!(!proc.exists());
    }
}
