//! The response body: bounded chunks, from the thread that encodes to the client's connection.

mod stream; // One chunk waits until the client takes it.

use std::io;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use self::stream::{Giver, Taker, client_has_gone, stream};
use super::limit::Permit;
use crate::Error;

/// The maximum number of bytes in one frame of a body.
///
/// At most two chunks of a scrape exist at a time: one that is being filled, and one that waits until the client takes it.
pub const CHUNK: usize = 64 * 1024;

/// The response body of [`MetricHandler`](crate::MetricHandler).
///
/// A body that fits in one chunk has a known length.
/// A longer one is encoded only as fast as it is read; dropping it stops the encoder.
#[derive(Debug)]
pub struct Body(Source);

#[derive(Debug)]
enum Source {
    Ended,
    /// The body for a HEAD request: empty, of unknown length.
    Headless,
    Full(Bytes),
    Stream(Taker),
}

impl Body {
    pub(super) fn full(bytes: Bytes) -> Self {
        Self(Source::Full(bytes))
    }

    pub(super) fn headless() -> Self {
        Self(Source::Headless)
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let (frame, is_last) = match &mut self.0 {
            Source::Ended | Source::Headless => return Poll::Ready(None),
            Source::Full(bytes) => (Ok(mem::take(bytes)), true),
            Source::Stream(chunks) => match ready!(chunks.poll_take(cx)) {
                Ok((chunk, is_last)) => (Ok(chunk), is_last),
                Err(error) => (Err(error), true),
            },
        };
        if is_last {
            self.0 = Source::Ended;
        }
        Poll::Ready(match frame {
            Ok(bytes) if bytes.is_empty() => None,
            frame => Some(frame.map(Frame::data)),
        })
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Source::Ended | Source::Headless => true,
            Source::Full(bytes) => bytes.is_empty(),
            Source::Stream(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Source::Ended => SizeHint::with_exact(0),
            Source::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            // Not 0 for HEAD, or servers would send that as the `Content-Length` of a GET.
            Source::Headless | Source::Stream(_) => SizeHint::default(),
        }
    }
}

/// Takes the encoder's bytes and cuts them into chunks.
///
/// `start` gets the body when its first chunk is full, or at the end if everything fits in one chunk.
/// It returns whether a client still waits.
pub(super) struct ChunkWriter<F> {
    buffer: Vec<u8>,
    chunks: Option<Giver>,
    permit: Permit,
    /// How long the client may leave a chunk unread.
    patience: Duration,
    start: Option<F>,
}

impl<F: FnOnce(Body) -> bool> ChunkWriter<F> {
    pub(super) fn new(permit: Permit, patience: Duration, start: F) -> Self {
        Self {
            buffer: Vec::new(),
            chunks: None,
            permit,
            patience,
            start: Some(start),
        }
    }

    /// Sends what is left, and marks it as the end.
    ///
    /// The permit is released before the client can see the end.
    pub(super) fn finish(mut self) -> io::Result<()> {
        let bytes = Bytes::from(mem::take(&mut self.buffer));
        if let Some(chunks) = self.chunks.take() {
            chunks.wait(self.patience)?;
            self.permit = Permit::default();
            chunks.end(bytes);
            return Ok(());
        }
        self.permit = Permit::default();
        self.start(Body::full(bytes))
    }

    /// Sends a full chunk when there are bytes for the next one.
    ///
    /// Not earlier, so that the last chunk is never empty.
    fn flush_full(&mut self) -> io::Result<()> {
        if self.chunks.is_none() {
            let (giver, taker) = stream();
            self.start(Body(Source::Stream(taker)))?;
            self.chunks = Some(giver);
        }
        if let Some(chunks) = &self.chunks {
            chunks.wait(self.patience)?;
            let full = mem::replace(&mut self.buffer, Vec::with_capacity(CHUNK));
            chunks.give(Bytes::from(full));
        }
        Ok(())
    }

    fn start(&mut self, body: Body) -> io::Result<()> {
        if self.start.take().is_some_and(|start| start(body)) {
            Ok(())
        } else {
            Err(client_has_gone())
        }
    }
}

impl<F: FnOnce(Body) -> bool> io::Write for ChunkWriter<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.buffer.len() == CHUNK && !bytes.is_empty() {
            self.flush_full()?;
        }
        let taken = bytes.len().min(CHUNK - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    /// Does nothing: chunks are sent when they are full.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
