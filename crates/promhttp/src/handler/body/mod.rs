//! The response body: bounded chunks, from the thread that encodes to the client's connection.

use std::io;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::sync::mpsc;

use super::limit::Permit;
use crate::Error;

/// The most bytes that one frame of a body holds.
///
/// Three chunks of one scrape exist at a time: one being filled, one waiting to be taken, and one
/// that the encoder holds while it waits for the client.
pub const CHUNK: usize = 64 * 1024;

/// The body of a response of [`MetricHandler`](crate::MetricHandler).
///
/// A body of a single chunk knows its length. A longer one is made while it is read, no faster
/// than that; dropping it stops its making.
#[derive(Debug)]
pub struct Body {
    source: Source,
    permit: Permit,
}

#[derive(Debug)]
enum Source {
    Ended,
    /// What a HEAD request gets: nothing, of unknown length.
    Headless,
    Full(Bytes),
    Stream(mpsc::Receiver<Chunk>),
}

/// A piece of the body. Only [`Chunk::Last`] ends it: a channel that closes before is a failure.
#[derive(Debug)]
enum Chunk {
    More(Bytes),
    Last(Bytes),
}

impl Body {
    pub(super) fn full(bytes: Bytes, permit: Permit) -> Self {
        Self {
            source: Source::Full(bytes),
            permit,
        }
    }

    pub(super) fn headless() -> Self {
        Self {
            source: Source::Headless,
            permit: None,
        }
    }

    /// Ends the body, so that the permit is given back before the client sees the end.
    fn end(&mut self) {
        self.source = Source::Ended;
        self.permit = None;
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = match &mut self.source {
            Source::Ended | Source::Headless => None,
            Source::Full(bytes) => {
                let bytes = mem::take(bytes);
                self.end();
                (!bytes.is_empty()).then_some(Ok(bytes))
            }
            Source::Stream(chunks) => match std::task::ready!(chunks.poll_recv(cx)) {
                Some(Chunk::More(bytes)) => Some(Ok(bytes)),
                Some(Chunk::Last(bytes)) => {
                    self.end();
                    Some(Ok(bytes))
                }
                None => {
                    self.end();
                    Some(Err(Error::BrokenOff))
                }
            },
        };
        Poll::Ready(frame.map(|bytes| bytes.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::Ended | Source::Headless => true,
            Source::Full(bytes) => bytes.is_empty(),
            Source::Stream(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
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
    chunks: Option<mpsc::Sender<Chunk>>,
    permit: Permit,
    start: Option<F>,
}

impl<F: FnOnce(Body) -> bool> ChunkWriter<F> {
    pub(super) fn new(permit: Permit, start: F) -> Self {
        Self {
            buffer: Vec::new(),
            chunks: None,
            permit,
            start: Some(start),
        }
    }

    /// Sends what is left, and marks it as the end.
    pub(super) fn finish(mut self) -> io::Result<()> {
        let bytes = Bytes::from(mem::take(&mut self.buffer));
        match self.start.take() {
            Some(start) => delivered(start(Body::full(bytes, self.permit.take()))),
            None => self.send(Chunk::Last(bytes)),
        }
    }

    /// Sends a chunk that is full, as soon as there are bytes for the next one.
    ///
    /// Never earlier, so that the last chunk has bytes to carry.
    fn flush_full(&mut self) -> io::Result<()> {
        if let Some(start) = self.start.take() {
            let (sender, chunks) = mpsc::channel(1);
            self.chunks = Some(sender);
            let body = Body {
                source: Source::Stream(chunks),
                permit: self.permit.take(),
            };
            delivered(start(body))?;
        }
        let bytes = mem::replace(&mut self.buffer, Vec::with_capacity(CHUNK));
        self.send(Chunk::More(Bytes::from(bytes)))
    }

    /// Waits until the client has taken the chunk before this one.
    fn send(&self, chunk: Chunk) -> io::Result<()> {
        let chunks = self
            .chunks
            .as_ref()
            .expect("the stream was started with its first chunk");
        delivered(chunks.blocking_send(chunk).is_ok())
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

fn delivered(delivered: bool) -> io::Result<()> {
    if delivered {
        Ok(())
    } else {
        Err(io::Error::new(
            io::ErrorKind::BrokenPipe,
            "the client has gone",
        ))
    }
}

#[cfg(test)]
mod tests;
