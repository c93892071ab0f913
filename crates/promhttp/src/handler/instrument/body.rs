//! Ends the scrape when the response body has ended.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::handler::metrics::InFlight;

pin_project! {
    /// The response body of [`InstrumentedMetricHandler`](crate::InstrumentedMetricHandler).
    #[derive(Debug)]
    pub struct InstrumentedMetricHandlerBody<B> {
        #[pin]
        body: B,
        scrape: Option<InFlight>,
    }
}

impl<B: Body> InstrumentedMetricHandlerBody<B> {
    pub(super) fn new(body: B, scrape: Option<InFlight>) -> Self {
        // A server may drop an empty body without polling it.
        let scrape = scrape.filter(|_| !body.is_end_stream());
        Self { body, scrape }
    }
}

impl<B: Body> Body for InstrumentedMetricHandlerBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let frame = ready!(this.body.as_mut().poll_frame(cx));
        // With the last frame, not after it: a client that has read it may look at the metrics before the server drops the body.
        if !matches!(frame, Some(Ok(_))) || this.body.is_end_stream() {
            this.scrape.take();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
