//! Compresses bytes as they are written.

use std::io::{self, BufWriter, Write};

use flate2::write::GzEncoder;

use super::Compression;

/// The gzip level: compared with the usual level 6, a text scrape is 3 % larger and takes less than half the time.
const GZIP_LEVEL: u32 = 3;

/// How many bytes are passed to gzip in one call; with the encoder's small writes it would take a seventh longer.
const GZIP_PORTION: usize = 32 * 1024;

/// The zstd level: the fastest, as in client_golang.
#[cfg(feature = "zstd")]
const ZSTD_LEVEL: i32 = 1;

/// Compresses bytes and passes them on.
///
/// Its buffer does not grow with the amount written.
pub(crate) enum Compressor<W: Write> {
    Identity(W),
    /// Boxed, since it is much larger than the other variants.
    Gzip(Box<BufWriter<GzEncoder<W>>>),
    #[cfg(feature = "zstd")]
    Zstd(zstd::stream::write::Encoder<'static, W>),
}

impl<W: Write> Compressor<W> {
    pub(crate) fn new(compression: Compression, out: W) -> io::Result<Self> {
        Ok(match compression {
            Compression::Identity => Self::Identity(out),
            Compression::Gzip => {
                let encoder = GzEncoder::new(out, flate2::Compression::new(GZIP_LEVEL));
                Self::Gzip(Box::new(BufWriter::with_capacity(GZIP_PORTION, encoder)))
            }
            #[cfg(feature = "zstd")]
            Compression::Zstd => Self::Zstd(zstd::stream::write::Encoder::new(out, ZSTD_LEVEL)?),
        })
    }

    /// Writes the buffered bytes and the trailer, and returns the inner writer.
    pub(crate) fn finish(self) -> io::Result<W> {
        match self {
            Self::Identity(out) => Ok(out),
            Self::Gzip(buffer) => buffer.into_inner()?.finish(),
            #[cfg(feature = "zstd")]
            Self::Zstd(encoder) => encoder.finish(),
        }
    }
}

impl<W: Write> Write for Compressor<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Identity(out) => out.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
            #[cfg(feature = "zstd")]
            Self::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Identity(out) => out.flush(),
            Self::Gzip(encoder) => encoder.flush(),
            #[cfg(feature = "zstd")]
            Self::Zstd(encoder) => encoder.flush(),
        }
    }
}
