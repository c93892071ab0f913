//! The parameters of a request.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use http::header::{ACCEPT, HeaderMap, HeaderValue};
use http::{Method, Request};
use promcore::ScrapeOpts;
use promfmt::Format;

use super::compression::{self, Compression};
use super::opts::HandlerOpts;
use super::query::names;

/// The header in which Prometheus sends its scrape timeout.
const SCRAPE_TIMEOUT: &str = "X-Prometheus-Scrape-Timeout-Seconds";

/// The longest part of a timeout that is reserved for encoding and sending.
const MAX_FOR_SENDING: Duration = Duration::from_millis(500);

/// The parameters of a request, as far as the options allow them.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) head_only: bool,
    /// The families that are asked for; `None` means all.
    pub(super) names: Option<BTreeSet<String>>,
    /// When gathering must be done.
    pub(super) deadline: Option<Instant>,
    pub(super) format: Format,
    pub(super) compression: Compression,
}

impl Asked {
    /// Reads a request; returns `None` if its method is neither GET nor HEAD.
    pub(super) fn read<B>(request: &Request<B>, opts: &HandlerOpts) -> Option<Self> {
        let head_only = match *request.method() {
            Method::GET => false,
            Method::HEAD => true,
            _ => return None,
        };
        let headers = request.headers();
        let timeouts = [opts.timeout, scrape_timeout(headers)];
        let timeout = timeouts.into_iter().flatten().min();
        Some(Self {
            head_only,
            names: names(request.uri().query().unwrap_or_default()),
            deadline: timeout
                .and_then(|timeout| Instant::now().checked_add(for_gathering(timeout))),
            format: format(headers, opts),
            compression: compression::choose(headers, &opts.offered_compressions),
        })
    }

    /// Returns options to gather for several requests together: every family that one of them wants, with the latest of their deadlines.
    pub(super) fn together<'a>(all: impl Iterator<Item = &'a Self> + Clone) -> ScrapeOpts {
        let deadlines: Option<Vec<_>> = all.clone().map(|asked| asked.deadline).collect();
        let names: Option<Vec<_>> = all.map(|asked| asked.names.as_ref()).collect();
        let latest = deadlines.and_then(|deadlines| deadlines.into_iter().max());
        let opts = ScrapeOpts::new().deadline(latest);
        match names {
            Some(names) => opts.names(names.into_iter().flatten()),
            None => opts,
        }
    }

    /// Returns options to gather for this request alone.
    pub(super) fn scrape_opts(&self) -> ScrapeOpts {
        Self::together(std::iter::once(self))
    }
}

/// Chooses the format; of several `Accept` headers, the first counts.
fn format(headers: &HeaderMap, opts: &HandlerOpts) -> Format {
    let accept = headers.get(ACCEPT).map(HeaderValue::as_bytes);
    let accept = String::from_utf8_lossy(accept.unwrap_or_default());
    if opts.open_metrics {
        Format::negotiate_including_open_metrics(&accept)
    } else {
        Format::negotiate(&accept)
    }
}

/// Returns how long the client says it waits; a timeout of zero is ignored.
fn scrape_timeout(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(SCRAPE_TIMEOUT)?.to_str().ok()?;
    let seconds: f64 = seconds.parse().ok()?;
    let timeout = Duration::try_from_secs_f64(seconds).ok();
    timeout.filter(|timeout| !timeout.is_zero())
}

/// Returns how much of a timeout may be spent on gathering: at least nine tenths.
fn for_gathering(timeout: Duration) -> Duration {
    timeout - (timeout / 10).min(MAX_FOR_SENDING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, expected_millis: Option<u64>) {
        let mut headers = HeaderMap::new();
        headers.insert(SCRAPE_TIMEOUT, header.parse().unwrap());
        let gathering = scrape_timeout(&headers).map(for_gathering);
        assert_eq!(
            gathering,
            expected_millis.map(Duration::from_millis),
            "{header}"
        );
    }

    #[test]
    fn some_of_a_timeout_is_left_for_sending() {
        check("10", Some(9_500));
        check("10.000000", Some(9_500));
        check("1", Some(900));
        check("0.01", Some(9));
        check("60", Some(59_500));
    }

    #[test]
    fn a_timeout_that_is_no_time_is_ignored() {
        for header in [
            "", "soon", "-1", "0", "-0", "1e-20", "NaN", "inf", "1e300", "1s",
        ] {
            check(header, None);
        }
    }

    #[track_caller]
    fn asked(timeout: Option<&str>, uri: &str) -> Asked {
        let mut request = Request::builder().uri(uri);
        if let Some(timeout) = timeout {
            request = request.header(SCRAPE_TIMEOUT, timeout);
        }
        Asked::read(&request.body(()).unwrap(), &HandlerOpts::new()).unwrap()
    }

    #[test]
    fn what_several_want_is_gathered_at_once() {
        let one = asked(Some("10"), "/metrics?name[]=a&name[]=b");
        let two = asked(Some("20"), "/metrics?name[]=c");
        let all = asked(None, "/metrics");

        let both = ScrapeOpts::new()
            .names(["a", "b", "c"])
            .deadline(two.deadline);
        assert_eq!(Asked::together([&one, &two].into_iter()), both);
        assert_eq!(Asked::together([&one, &all].into_iter()), ScrapeOpts::new());
    }
}
