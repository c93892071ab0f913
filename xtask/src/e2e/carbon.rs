//! Graphite's carbon, with its files in a temporary folder.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use super::prometheus::free_address;
use super::restarting::Restarting;
use super::{wait, whisper};

#[derive(Debug)]
pub(super) struct Carbon {
    server: Restarting,
    address: SocketAddr,
    folder: PathBuf,
}

impl Carbon {
    pub(super) fn new(folder: &Path) -> Result<Self> {
        let (address, queries) = (free_address()?, free_address()?);
        let config = folder.join("carbon.conf");
        fs::write(&config, configuration(folder, address, queries))?;
        // A slot for each second, so that points do not overwrite each other.
        let schemas = "[all]\npattern = .*\nretentions = 1s:10m\n";
        fs::write(folder.join("storage-schemas.conf"), schemas)?;
        let args = vec![
            "--debug".to_owned(), // Runs in the foreground.
            format!("--config={}", config.display()),
            format!("--pidfile={}", folder.join("pid").display()),
            "start".to_owned(),
        ];
        Ok(Self {
            server: Restarting::new("carbon-cache", args, folder),
            address,
            folder: folder.to_owned(),
        })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn start(&mut self) -> Result<()> {
        // Left behind if the last one was killed.
        let _ = fs::remove_file(self.folder.join("pid"));
        let address = self.address;
        self.server.start(|| {
            TcpStream::connect(address)?;
            Ok(())
        })
    }

    /// Kills it.
    pub(super) fn kill(&mut self) {
        self.server.kill();
    }

    /// Waits until the newest point of a metric has this value; returns all points, oldest first.
    pub(super) fn wait_for(&mut self, metric: &str, value: f64) -> Result<Vec<(u32, f64)>> {
        let file = format!("whisper/{}.wsp", metric.replace('.', "/"));
        let file = self.folder.join(file);
        let attempt = || {
            let points = whisper::points(&file)?;
            let newest = points.last().map(|(_, value)| *value);
            ensure!(
                newest == Some(value),
                "{value} is not the last of {points:?}"
            );
            Ok(points)
        };
        wait(|| self.server.check_runs(), attempt)
    }

    pub(super) fn explain<T>(&self, result: Result<T>) -> Result<T> {
        self.server.explain(result)
    }
}

fn configuration(folder: &Path, address: SocketAddr, queries: SocketAddr) -> String {
    let folder = folder.display();
    format!(
        "[cache]\n\
         STORAGE_DIR = {folder}\n\
         LOCAL_DATA_DIR = {folder}/whisper\n\
         CONF_DIR = {folder}\n\
         LOG_DIR = {folder}\n\
         PID_DIR = {folder}\n\
         LINE_RECEIVER_INTERFACE = {}\n\
         LINE_RECEIVER_PORT = {}\n\
         PICKLE_RECEIVER_PORT = 0\n\
         CACHE_QUERY_INTERFACE = {}\n\
         CACHE_QUERY_PORT = {}\n\
         MAX_CREATES_PER_MINUTE = inf\n\
         WHISPER_AUTOFLUSH = True\n\
         CARBON_METRIC_INTERVAL = 0\n\
         ENABLE_TAGS = False\n",
        address.ip(),
        address.port(),
        queries.ip(),
        queries.port(),
    )
}
