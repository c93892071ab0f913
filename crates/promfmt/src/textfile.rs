//! Writes metrics to a file, for the textfile collector of the node exporter.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use promcore::{Gatherer, Scrape};

use crate::encoder::Encoder;
use crate::error::Error;
use crate::escape::Escaping;
use crate::format::Format;

/// Writes the metrics of `gatherer` to the file `path` in text format 0.0.4, for the textfile collector of the node exporter, which reads files that end with `.prom`.
///
/// The file is replaced atomically: a temporary file in the same directory, which does not end with `.prom`, is renamed to `path` once it is complete and on disk.
/// The file is readable by everyone.
/// Names of metrics and labels are not escaped, but quoted if needed.
/// This blocks on the disk.
///
/// Follows `WriteToTextfile` in `prometheus/registry.go` of client_golang 1.24.1, which does not wait for the disk, so that its file may be empty after a power failure.
///
/// # Errors
///
/// [`Error::Gather`] if gathering had errors; [`Error::Textfile`] if the file could not be written.
/// No temporary file remains, and `path` is unchanged, unless the disk fails at the very end.
///
/// # Examples
///
/// ```
/// use promcore::{Gauge, Registry};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Registry::new();
/// let finished = Gauge::new("backup_finished_timestamp_seconds", "End of the last backup.")?;
/// registry.register(finished.clone())?;
///
/// // At the end of the batch job:
/// finished.set(1.7e9);
/// # let dir = std::env::temp_dir().join(format!("promfmt-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&dir)?;
/// promfmt::write_to_textfile(dir.join("backup.prom"), &registry)?;
/// # std::fs::remove_dir_all(&dir)?;
/// # Ok(())
/// # }
/// ```
#[doc(alias = "WriteToTextfile")]
pub fn write_to_textfile(path: impl AsRef<Path>, gatherer: &dyn Gatherer) -> Result<(), Error> {
    let path = path.as_ref();
    let scrape = gatherer.scrape();
    if !scrape.errors().is_empty() {
        return Err(Error::Gather(scrape.errors().to_vec()));
    }
    write(path, &scrape).map_err(|error| Error::Textfile {
        path: path.to_owned(),
        error,
    })
}

fn write(path: &Path, scrape: &Scrape) -> io::Result<()> {
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"))?;
    let dir = match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    };
    let mut temporary = Temporary::beside(dir, name)?;
    let format = Format::TEXT.escaping(Escaping::AllowUtf8);
    let mut encoder = Encoder::new(BufWriter::new(&temporary.file), format);
    // `finish` returns the first write error.
    let _ = scrape.write(&mut encoder);
    encoder.finish()?.flush()?;
    let_everybody_read(&temporary.file)?;
    temporary.file.sync_all()?;
    temporary.rename(path)?;
    sync_dir(dir)
}

/// A file that is removed when it is dropped, unless it was renamed.
struct Temporary {
    file: File,
    path: PathBuf,
    is_renamed: bool,
}

impl Temporary {
    /// Makes a new file in `dir` that is named after `name`.
    fn beside(dir: &Path, name: &OsStr) -> io::Result<Self> {
        loop {
            let path = dir.join(temporary_name(name));
            // Never opens an existing file, which could be a link to elsewhere.
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => {
                    return Ok(Self {
                        file,
                        path,
                        is_renamed: false,
                    });
                }
                // Left behind by a killed process with the same PID.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Renames the file to `path`.
    fn rename(&mut self, path: &Path) -> io::Result<()> {
        fs::rename(&self.path, path)?;
        self.is_renamed = true;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // After the rename, the old name may belong to another process: processes in other containers can have the same PID.
        if !self.is_renamed {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Returns a unique name that does not end with `.prom`.
fn temporary_name(name: &OsStr) -> OsString {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    // Relaxed: the numbers only have to be distinct.
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    let mut temporary = name.to_owned();
    temporary.push(format!(".{}-{call}.tmp", process::id()));
    temporary
}

#[cfg(unix)]
fn let_everybody_read(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn let_everybody_read(_: &File) -> io::Result<()> {
    Ok(())
}

/// Waits until the rename is on disk.
#[cfg(unix)]
fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Does nothing: other systems cannot sync a directory.
#[cfg(not(unix))]
fn sync_dir(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temporary_names_are_new_and_not_collected() {
        let names = [(); 2].map(|()| temporary_name(OsStr::new("a.prom")));
        let names = names.map(|name| name.into_string().unwrap());
        assert_ne!(names[0], names[1]);
        for name in names {
            assert!(
                name.starts_with("a.prom.") && !name.ends_with(".prom"),
                "{name}"
            );
        }
    }

    #[test]
    fn only_what_is_there_under_its_first_name_is_removed() {
        let dir = std::env::temp_dir().join(format!("promfmt-rename-{}", process::id()));
        fs::create_dir_all(&dir).unwrap();
        let name = OsStr::new("a.prom");
        let dropped = Temporary::beside(&dir, name).unwrap().path.clone();
        assert!(!dropped.exists());
        let mut renamed = Temporary::beside(&dir, name).unwrap();
        renamed.rename(&dir.join(name)).unwrap();
        let path = renamed.path.clone();
        fs::write(&path, "of another process").unwrap();
        drop(renamed);
        assert!(path.exists() && dir.join(name).exists());
        fs::remove_dir_all(&dir).unwrap();
    }
}
