use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::time::Duration;

use promcore::MetricFamily;

/// The maximum number of bytes of an input, which must not exhaust memory.
const MAX: u64 = 64 << 20;

/// The timeout of a scrape.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The source of the metrics.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Source {
    File(PathBuf),
    Stdin,
    Url(String),
}

impl Source {
    /// Distinguishes a URL from a file.
    pub(crate) fn new(arg: OsString) -> Self {
        match arg.to_str() {
            Some("-") => Self::Stdin,
            Some(url) if url.starts_with("http://") => Self::Url(url.to_owned()),
            _ => Self::File(arg.into()),
        }
    }

    /// Reads and parses the metrics; the error is a message for the user.
    pub(crate) fn families(&self) -> Result<Vec<MetricFamily>, String> {
        let name = match self {
            Self::File(path) => path.display().to_string(),
            Self::Stdin => "standard input".to_owned(),
            Self::Url(url) => url.clone(),
        };
        let bytes = self
            .read()
            .map_err(|error| format!("cannot read {name}: {error}"))?;
        parse(&bytes).map_err(|error| format!("{name}: {error}"))
    }

    fn read(&self) -> io::Result<Vec<u8>> {
        match self {
            Self::File(path) => read_all(File::open(path)?),
            Self::Stdin => read_all(io::stdin().lock()),
            Self::Url(url) => {
                let config = ureq::Agent::config_builder().timeout_global(Some(TIMEOUT));
                let agent = ureq::Agent::new_with_config(config.build());
                let request = agent.get(url).header("Accept", "text/plain;version=0.0.4");
                let response = request.call().map_err(ureq::Error::into_io)?;
                read_all(response.into_body().into_reader())
            }
        }
    }
}

fn read_all(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let length = from.take(MAX + 1).read_to_end(&mut bytes)?;
    if length as u64 > MAX {
        return Err(io::Error::other(format!("there are more than {MAX} bytes")));
    }
    Ok(bytes)
}

/// Detects and parses the format: only OpenMetrics ends with `# EOF`.
fn parse(bytes: &[u8]) -> Result<Vec<MetricFamily>, promfmt::Error> {
    if bytes.trim_ascii_end().ends_with(b"# EOF") {
        promfmt::parse_openmetrics(bytes)
    } else {
        promfmt::parse_text(bytes)
    }
}
