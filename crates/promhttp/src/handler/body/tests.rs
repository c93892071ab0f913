//! Tests of the writer together with the body.

use std::future::{Future, poll_fn};
use std::io::Write;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc as std_mpsc};
use std::task::Waker;
use std::thread;

use http_body::Body as _;

use super::*;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
        thread::yield_now();
    }
}

fn next(body: &mut Body) -> Option<Result<Bytes, Error>> {
    let frame = block_on(poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)));
    frame.map(|frame| frame.map(|frame| frame.into_data().expect("we send data only")))
}

/// Runs `write` on another thread and returns the body.
fn body_of(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()> + Send + 'static,
) -> (Body, thread::JoinHandle<io::Result<()>>) {
    let (sender, bodies) = std_mpsc::channel();
    let thread = thread::spawn(move || {
        let mut chunks = ChunkWriter::new(Permit::default(), Duration::MAX, |body| {
            sender.send(body).is_ok()
        });
        write(&mut chunks)?;
        chunks.finish()
    });
    (bodies.recv().unwrap(), thread)
}

#[test]
fn at_most_two_chunks_exist_at_a_time() {
    const CHUNKS: usize = 100;
    let written = Arc::new(AtomicUsize::new(0));
    let writing = Arc::clone(&written);
    let (mut body, thread) = body_of(move |chunks| {
        for _ in 0..CHUNKS * 64 {
            chunks.write_all(&[b'x'; CHUNK / 64])?;
            writing.fetch_add(CHUNK / 64, Ordering::SeqCst);
        }
        Ok(())
    });

    let mut read = 0;
    while !body.is_end_stream() {
        for _ in 0..200 {
            thread::yield_now(); // Lets the writer get as far ahead as it can.
        }
        let ahead = written.load(Ordering::SeqCst) - read;
        assert!(ahead <= 2 * CHUNK, "{ahead} bytes are under way");
        read += next(&mut body).unwrap().unwrap().len();
    }

    assert_eq!(read, CHUNKS * CHUNK);
    thread.join().unwrap().unwrap();
}

#[test]
fn bytes_keep_their_order_whatever_their_portions() {
    let text: Vec<u8> = (0..3 * CHUNK + 17).map(|i| (i % 251) as u8).collect();
    for portion in [1, 1000, CHUNK - 1, CHUNK, CHUNK + 1, text.len()] {
        let source = text.clone();
        let (mut body, thread) = body_of(move |chunks| {
            source
                .chunks(portion)
                .try_for_each(|part| chunks.write_all(part))
        });

        let mut read = Vec::new();
        while let Some(chunk) = next(&mut body) {
            read.extend_from_slice(&chunk.unwrap());
        }

        assert!(read == text, "in portions of {portion}");
        thread.join().unwrap().unwrap();
    }
}

#[test]
fn one_chunk_needs_no_stream() {
    for length in [0, 1, CHUNK] {
        let (body, thread) = body_of(move |chunks| chunks.write_all(&vec![b'x'; length]));

        assert_eq!(body.size_hint().exact(), Some(length as u64));
        assert_eq!(body.is_end_stream(), length == 0);
        thread.join().unwrap().unwrap();
    }
}

#[test]
fn the_writer_learns_that_the_body_is_gone() {
    let (body, thread) = body_of(|chunks| {
        while chunks.write_all(&[b'x'; 1000]).is_ok() {}
        chunks.write_all(&[b'x'; CHUNK + 1])
    });

    drop(body);

    assert_eq!(
        thread.join().unwrap().unwrap_err().kind(),
        io::ErrorKind::BrokenPipe
    );
}

#[test]
fn a_stream_without_its_end_is_an_error() {
    let (sender, bodies) = std_mpsc::channel();
    let thread = thread::spawn(move || {
        let mut chunks = ChunkWriter::new(Permit::default(), Duration::MAX, |body| {
            sender.send(body).is_ok()
        });
        chunks.write_all(&[b'x'; CHUNK + 1]).unwrap();
    });
    let mut body = bodies.recv().unwrap();

    assert_eq!(next(&mut body).unwrap().unwrap().len(), CHUNK);
    assert!(matches!(next(&mut body), Some(Err(Error::BrokenOff))));
    assert!(next(&mut body).is_none());
    thread.join().unwrap();
}

#[test]
fn a_client_that_takes_nothing_is_given_up() {
    const PATIENCE: Duration = Duration::from_millis(20);
    let (sender, bodies) = std_mpsc::channel();
    let mut chunks = ChunkWriter::new(Permit::default(), PATIENCE, |body| {
        sender.send(body).is_ok()
    });
    chunks.write_all(&[b'x'; 2 * CHUNK]).unwrap();

    let error = chunks.write_all(b"x").unwrap_err();

    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    assert_eq!(error.to_string(), "the client took nothing for 20ms");
    // And its chunk is dropped.
    let mut body = bodies.recv().unwrap();
    let stalled = next(&mut body).unwrap();
    assert!(
        matches!(stalled, Err(Error::Stalled(PATIENCE))),
        "{stalled:?}"
    );
    assert!(next(&mut body).is_none());
}

#[test]
fn a_client_that_takes_its_time_is_served() {
    let (sender, bodies) = std_mpsc::channel();
    let thread = thread::spawn(move || {
        let patience = Duration::from_secs(30);
        let mut chunks = ChunkWriter::new(Permit::default(), patience, |body| {
            sender.send(body).is_ok()
        });
        chunks.write_all(&[b'x'; 5 * CHUNK])?;
        chunks.finish()
    });
    let mut body = bodies.recv().unwrap();

    let mut read = 0;
    while let Some(chunk) = next(&mut body) {
        read += chunk.unwrap().len();
    }

    assert_eq!(read, 5 * CHUNK);
    thread.join().unwrap().unwrap();
}
