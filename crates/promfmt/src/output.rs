//! The output of encoders.

use std::io;
use std::ops::ControlFlow;

use promcore::Flow;

use crate::buffer::Buffer;

/// A writer that gets chunks until a write fails.
#[derive(Debug)]
pub(crate) struct Output<W> {
    /// Bytes that are not written yet.
    pub(crate) buffer: Buffer,
    to: W,
    error: Option<io::Error>,
}

impl<W: io::Write> Output<W> {
    pub(crate) fn new(to: W) -> Self {
        Self {
            buffer: Buffer::new(),
            to,
            error: None,
        }
    }

    /// Appends `bytes` to the chunk, or writes them out directly if they are too long for it.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Flow {
        if self.buffer.fits(bytes.len()) {
            self.buffer.push(bytes);
            return self.continued();
        }
        self.flush()?;
        self.error = self.to.write_all(bytes).err();
        self.flush()
    }

    /// Writes the chunk out if it is full.
    #[inline]
    pub(crate) fn continued(&mut self) -> Flow {
        if self.buffer.is_full() {
            return self.flush();
        }
        ControlFlow::Continue(())
    }

    /// Writes the chunk out.
    pub(crate) fn flush(&mut self) -> Flow {
        if self.error.is_none() {
            self.error = self.buffer.flush(&mut self.to).err();
        }
        match self.error {
            None => ControlFlow::Continue(()),
            Some(_) => {
                self.buffer.clear();
                ControlFlow::Break(())
            }
        }
    }

    /// Stops, as if a write had failed.
    pub(crate) fn fail(&mut self, why: &str) -> Flow {
        self.error
            .get_or_insert_with(|| io::Error::other(why.to_owned()));
        self.flush()
    }

    /// Writes out the buffer, and returns the inner writer, or the first error of any write.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        let _ = self.flush();
        match self.error {
            None => Ok(self.to),
            Some(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Accepts one write, and refuses the second.
    struct Closing(usize);

    impl io::Write for Closing {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += 1;
            match self.0 {
                1 => Ok(bytes.len()),
                2 => Err(io::Error::other("closed")),
                _ => panic!("written to after an error"),
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn nothing_is_written_after_an_error() {
        let mut output = Output::new(Closing(0));
        for flow in [Flow::Continue(()), Flow::Break(()), Flow::Break(())] {
            output.buffer.push(b"x");
            assert_eq!(output.flush(), flow);
        }
        let error = output.finish().map(|_| ()).unwrap_err();
        assert_eq!(error.to_string(), "closed");
    }
}
