//! Bytes on their way through a compressor.

use std::io::{self, BufWriter, Write};

use flate2::write::GzEncoder;

use super::Compression;

/// How hard gzip tries: a text of a scrape becomes 3 % longer than with the usual level 6, in less than half the time.
const GZIP_LEVEL: u32 = 3;

/// How many bytes gzip gets at once: with the few that an encoder writes at a time it takes a seventh longer.
const GZIP_PORTION: usize = 32 * 1024;

/// How hard zstd tries: as `client_golang` has it, as little as possible.
#[cfg(feature = "zstd")]
const ZSTD_LEVEL: i32 = 1;

/// Compresses what is written to it, and passes it on.
///
/// What it holds back does not grow with what is written.
pub(crate) enum Compressor<W: Write> {
    Identity(W),
    /// Boxed, since it is a good deal larger than the others.
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

    /// Writes what is left and the end, and returns what was written to.
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
