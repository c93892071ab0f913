//! Content encodings: which one a client gets, and how it is made.

mod accept; // What a client accepts.
mod writer; // Bytes on their way through a compressor.

pub(super) use self::accept::choose;
pub(super) use self::writer::Compressor;

/// A content encoding that a handler can offer.
///
/// A client gets the one for which its `Accept-Encoding` has the highest quality, and of several the one that is offered first.
///
/// # Examples
///
/// A handler behind a proxy that compresses need not do so itself:
///
/// ```
/// use promhttp::{Compression, HandlerOpts};
///
/// let opts = HandlerOpts::new().offered_compressions([Compression::Identity]);
/// let handler = promhttp::handler_for(promcore::Registry::new(), opts)?;
/// assert_eq!(Compression::Gzip.as_str(), "gzip");
/// # Ok::<(), promhttp::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Compression {
    /// No compression. Every client gets it that accepts nothing else that is offered.
    Identity,
    /// What all clients understand.
    Gzip,
    /// Smaller and quicker than gzip.
    #[cfg(feature = "zstd")]
    Zstd,
}

impl Compression {
    /// Lists all encodings, in the order in which they are offered by default.
    pub const ALL: &[Self] = &[
        Self::Identity,
        Self::Gzip,
        #[cfg(feature = "zstd")]
        Self::Zstd,
    ];

    /// Returns the name that the encoding has in headers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            #[cfg(feature = "zstd")]
            Self::Zstd => "zstd",
        }
    }
}
