//! A compressed scrape through the handler, and the compression of the same bytes alone.

use std::future::{Future, poll_fn};
use std::io::Write as _;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use axum::http::Request;
use axum::http::header::ACCEPT_ENCODING;
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body::Body as _;
use promfmt::Format;
use promhttp::{HandlerOpts, MetricHandler, handler_for};
use tower_service::Service;

use super::series;
use crate::row::{Candidate, MakeSeries, Series};

pub(crate) const COUNTERS: &[Candidate<MakeSeries>] = &[
    Candidate::ours(ours),
    Candidate::peer("gzip alone", gzip_alone),
];

/// The level of the handler.
const LEVEL: Compression = Compression::new(3);

fn ours(size: usize) -> Series {
    let (registry, _) = series::ours_filled(size);
    let handler = handler_for(registry, HandlerOpts::new()).expect("nothing is registered");
    series::only_read(Box::new(move |out| block_on(scrape(handler.clone(), out))))
}

/// Scrapes without a runtime, and reads the response to its end.
async fn scrape(mut handler: MetricHandler, out: &mut Vec<u8>) {
    let request = Request::builder().header(ACCEPT_ENCODING, "gzip");
    let request = request.body(()).expect("the header is valid");
    let Ok(response) = handler.call(request).await;
    let mut body = pin!(response.into_body());
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        let frame = frame.expect("the stream is complete");
        out.extend_from_slice(frame.data_ref().expect("there are no trailers"));
    }
}

fn gzip_alone(size: usize) -> Series {
    let (registry, _) = series::ours_filled(size);
    let mut text = Vec::new();
    series::encode(registry, Format::TEXT)(&mut text);
    series::only_read(Box::new(move |out| {
        let mut encoder = GzEncoder::new(out, LEVEL);
        let written = encoder.write_all(&text);
        written
            .and_then(|()| encoder.try_finish())
            .expect("writing cannot fail");
    }))
}

/// Runs a future on this thread.
fn block_on(future: impl Future<Output = ()>) {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut cx = Context::from_waker(&waker);
    while future.as_mut().poll(&mut cx) == Poll::Pending {
        thread::park();
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_compress_the_same_equally() {
        let [ours, alone] = [ours(1000), gzip_alone(1000)].map(|series| {
            let mut out = Vec::new();
            (series.render)(&mut out);
            out
        });
        assert!(ours.starts_with(&[0x1f, 0x8b]), "{:?}", &ours[..2]);
        // The portions differ, which results in some different blocks.
        let difference = ours.len().abs_diff(alone.len());
        assert!(
            difference <= alone.len() / 50,
            "{difference} of {}",
            alone.len()
        );
    }
}
