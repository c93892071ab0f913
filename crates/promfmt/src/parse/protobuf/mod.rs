//! A parser of length-delimited protobuf.

mod family; // A family and its metrics.
mod histogram; // Buckets of both kinds.
#[cfg(test)]
mod tests;
mod time; // Points in time.
mod wire; // Fields.

use std::fmt;
use std::io::{BufRead, Read};
use std::iter::FusedIterator;

use promcore::MetricFamily;

use self::family::Decoder;
use self::wire::Varint;
use super::NameValidation;
use super::fault::Fault;
use super::limits::Limits;
use crate::error::Error;

/// Parses length-delimited protobuf messages, and yields a family for each.
///
/// It buffers one message at a time, and decodes it without another copy.
/// Wrap a file or a socket in a [`std::io::BufReader`].
///
/// Follows `expfmt/decode.go` of prometheus/common 0.70.1, which checks that names are valid and that they and label values are UTF-8; a help text that is not is repaired.
/// Unknown fields are skipped.
/// Labels and buckets stay in the order of the input.
/// A family without metrics is left out.
///
/// Unlike in Go, which leaves these checks to the caller, a metric must have a value of its family's type, the type must be one of the six in the schema, and a known field must have the right wire type.
///
/// # Defaults
///
/// [`Limits::default`], whose limit on lines has no effect here, and names in UTF-8.
///
/// # Errors
///
/// Items can be [`Error::Parse`], [`Error::Limit`] or [`Error::Read`], after which the parser ends.
///
/// # Examples
///
/// ```
/// use promcore::MetricValue;
/// use promfmt::ProtobufParser;
///
/// let bytes = b"\x13\x0a\x02up\x18\x01\x22\x0b\x12\x09\x09\0\0\0\0\0\0\xf0\x3f";
/// for family in ProtobufParser::new(&bytes[..]) {
///     let family = family?;
///     assert_eq!(family.name, "up");
///     assert_eq!(family.metrics[0].value, MetricValue::Gauge(1.0));
/// }
/// # Ok::<(), promfmt::Error>(())
/// ```
#[doc(alias = "NewDecoder")]
#[must_use]
pub struct ProtobufParser<R> {
    input: R,
    limits: Limits,
    decoder: Decoder,
    message: Vec<u8>,
    /// The number of bytes read.
    at: u64,
    has_ended: bool,
}

impl<R: BufRead> ProtobufParser<R> {
    /// Makes a parser that reads from `input`.
    pub fn new(input: R) -> Self {
        Self {
            input,
            limits: Limits::default(),
            decoder: Decoder::default(),
            message: Vec::new(),
            at: 0,
            has_ended: false,
        }
    }

    /// Sets the limits of the parser.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets which names are valid.
    pub fn validation(mut self, validation: NameValidation) -> Self {
        self.decoder.validation = validation;
        self
    }

    /// Reads up to the end of the next message with metrics.
    fn read(&mut self) -> Result<Option<MetricFamily>, Error> {
        while let Some(len) = self.length()? {
            let start = self.at;
            self.fill(len)?;
            let family = self.decoder.family(&self.message, &self.limits);
            let family = family.map_err(|fault| fault.in_bytes(start))?;
            if !family.metrics.is_empty() {
                return Ok(Some(family));
            }
        }
        Ok(None)
    }

    /// Reads the length of the next message, if there is one.
    fn length(&mut self) -> Result<Option<u64>, Error> {
        let start = self.at;
        let mut len = Varint::default();
        loop {
            let Some(byte) = (&mut self.input).bytes().next() else {
                return match self.at - start {
                    0 => Ok(None),
                    _ => Err(Fault::new(0, "the input ends within a length").in_bytes(self.at)),
                };
            };
            self.at += 1;
            let len = len.push(byte.map_err(Error::Read)?);
            if let Some(len) = len.map_err(|message| Fault::new(0, message).in_bytes(start))? {
                return Ok(Some(len));
            }
        }
    }

    /// Reads a message.
    fn fill(&mut self, len: u64) -> Result<(), Error> {
        if self.at.saturating_add(len) > self.limits.bytes {
            let message = format!("the input has more than {} bytes", self.limits.bytes);
            return Err(Fault::limit(0, message).in_bytes(self.at));
        }
        self.message.clear();
        // The buffer grows with the bytes that arrive, not with the announced length.
        let read = (&mut self.input).take(len).read_to_end(&mut self.message);
        self.at += read.map_err(Error::Read)? as u64;
        if (self.message.len() as u64) < len {
            let message = format!("the input ends within a message of {len} bytes");
            return Err(Fault::new(0, message).in_bytes(self.at));
        }
        Ok(())
    }
}

impl<R: BufRead> Iterator for ProtobufParser<R> {
    type Item = Result<MetricFamily, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_ended {
            return None;
        }
        let family = self.read();
        self.has_ended = !matches!(family, Ok(Some(_)));
        family.transpose()
    }
}

impl<R: BufRead> FusedIterator for ProtobufParser<R> {}

impl<R> fmt::Debug for ProtobufParser<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProtobufParser")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Parses an input of length-delimited protobuf messages.
///
/// # Errors
///
/// [`Error::Parse`] or [`Error::Limit`], with the position; [`ProtobufParser`] also yields the families before it.
///
/// # Examples
///
/// ```
/// use promcore::{Gatherer, Gauge, Registry};
/// use promfmt::{Encoder, Format};
///
/// let registry = Registry::new();
/// registry.register(Gauge::new("up", "Whether it is up.")?)?;
/// let mut encoder = Encoder::new(Vec::new(), Format::PROTOBUF);
/// let left_out = registry.gather_into(&mut encoder);
/// assert!(left_out.is_empty());
/// let bytes = encoder.finish()?;
///
/// let families = promfmt::parse_protobuf(&bytes)?;
/// assert_eq!(families, registry.gather().families);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn parse_protobuf(bytes: impl AsRef<[u8]>) -> Result<Vec<MetricFamily>, Error> {
    ProtobufParser::new(bytes.as_ref()).collect()
}
