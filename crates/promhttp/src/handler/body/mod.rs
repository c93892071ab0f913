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

/// The most bytes of metrics that one frame of a body holds.
///
/// Two chunks of one scrape exist at a time: one that is being filled or full, and one that waits
/// until the client takes it.
pub const CHUNK: usize = 64 * 1024;

/// The body of a response of [`MetricHandler`](crate::MetricHandler).
///
/// A body of a single chunk knows its length. A longer one is made while it is read, no faster
/// than that; dropping it stops its making.
#[derive(Debug)]
pub struct Body(Source);

#[derive(Debug)]
enum Source {
    Ended,
    /// What a HEAD request gets: nothing, of unknown length.
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
            // Not 0 for HEAD, or servers would write that as the length that GET has.
            Source::Headless | Source::Stream(_) => SizeHint::default(),
        }
    }
}

/// Takes the encoder's bytes and cuts them into chunks.
///
/// `start` gets the body when its first bytes are ready, and tells whether anyone wants it. That
/// is at the end if everything fits in a chunk.
pub(super) struct ChunkWriter<F> {
    buffer: Vec<u8>,
    chunks: Option<Giver>,
    permit: Permit,
    /// How long the client may take nothing.
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
    /// The permit is given back before the client can see that.
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

    /// Sends a chunk that is full, as soon as there are bytes for the next one.
    ///
    /// Never earlier, so that the last chunk has bytes to carry.
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
        match self.start.take().is_some_and(|start| start(body)) {
            true => Ok(()),
            false => Err(client_has_gone()),
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

    /// Does nothing: chunks leave when they are full.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
