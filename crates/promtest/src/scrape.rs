use std::io::BufReader;
use std::time::Duration;

use promfmt::TextParser;
use ureq::Agent;

use crate::error::Error;
use crate::metrics::Metrics;

/// The timeout of a scrape.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Scrapes a running program, such as an exporter that a test started.
///
/// This blocks for up to half a minute.
/// The response has the [default limits](promfmt::Limits) of a parser; TLS is not supported.
///
/// # Errors
///
/// [`Error::Scrape`] if the program cannot be reached; [`Error::Status`] if it does not respond with status 200; [`Error::Parse`] if the response is not in text format 0.0.4 or is cut short.
///
/// # Examples
///
/// ```no_run
/// let metrics = promtest::scrape("http://localhost:2112/metrics")?;
/// metrics.only(&["up"]).compare("# HELP up Whether it works.\n# TYPE up gauge\nup 1\n")?;
/// # Ok::<(), promtest::Error>(())
/// ```
#[doc(alias = "ScrapeAndCompare")]
pub fn scrape(url: &str) -> Result<Metrics, Error> {
    let config = Agent::config_builder().timeout_global(Some(TIMEOUT));
    let agent = Agent::new_with_config(config.http_status_as_error(false).build());
    let request = agent.get(url).header("Accept", "text/plain;version=0.0.4");
    let response = request.call().map_err(|error| Error::Scrape {
        url: url.to_owned(),
        error: error.into_io(),
    })?;
    let status = response.status().as_u16();
    if status != 200 {
        let url = url.to_owned();
        return Err(Error::Status { url, status });
    }
    let body = BufReader::new(response.into_body().into_reader());
    let families: Result<_, _> = TextParser::new(body).collect();
    families.map(Metrics::sorted).map_err(Error::Parse)
}
