//! Content encodings: how one is chosen and applied.

mod accept; // Negotiation of content encodings.
mod writer; // Compresses bytes as they are written.

pub(super) use self::accept::choose;
pub(super) use self::writer::Compressor;

/// A content encoding that a handler can offer.
///
/// A client gets the encoding with the highest quality in its `Accept-Encoding`, and the one offered first if several have the same.
///
/// # Examples
///
/// A handler behind a compressing proxy need not compress:
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
    /// No compression, for clients that accept none of the other offers.
    Identity,
    /// Understood by all clients.
    Gzip,
    /// Smaller and faster than gzip.
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

    /// Returns the name of the encoding in HTTP headers.
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
