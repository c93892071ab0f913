use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Buf;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::watch::Watch;
use crate::instrument::Labels;

pin_project! {
    /// The response body of an [`InstrumentedHandler`](crate::InstrumentedHandler), with the frames, trailers and size hint of the inner body.
    #[derive(Debug)]
    pub struct InstrumentedHandlerBody<B, L: Labels = ()> {
        #[pin]
        body: B,
        watch: Option<Watch<L>>,
    }
}

impl<B: Body, L: Labels> InstrumentedHandlerBody<B, L> {
    pub(super) fn new(body: B, mut watch: Option<Watch<L>>) -> Self {
        // A server may drop an empty body without polling it, and its client may look at the metrics before that.
        if body.is_end_stream()
            && let Some(watch) = watch.take()
        {
            watch.end_with_head();
        }
        Self { body, watch }
    }
}

impl<B: Body, L: Labels> Body for InstrumentedHandlerBody<B, L> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        if let Some(watch) = this.watch {
            watch.enter();
        }
        let polled = this.body.as_mut().poll_frame(cx);
        if let Some(watch) = this.watch {
            watch.leave();
        }
        match &polled {
            // With the last frame, not after it: a client that has read it may look at the metrics before the server drops the body.
            Poll::Ready(Some(Ok(frame))) => {
                let bytes = frame.data_ref().map_or(0, Buf::remaining);
                if let Some(watch) = this.watch {
                    watch.sent(bytes);
                }
                if frame.is_trailers() || this.body.is_end_stream() {
                    end(this.watch, frame.trailers_ref());
                }
            }
            Poll::Ready(None) => end(this.watch, None),
            Poll::Ready(Some(Err(_))) => drop(this.watch.take()),
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn end<L: Labels>(watch: &mut Option<Watch<L>>, trailers: Option<&HeaderMap>) {
    if let Some(watch) = watch.take() {
        watch.end(trailers);
    }
}
