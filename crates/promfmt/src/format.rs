//! Exposition formats and their content types.

use std::fmt;

use promcore::Demands;

use crate::escape::Escaping;

/// An exposition format, with the escaping of names.
///
/// Follows `expfmt/expfmt.go` of prometheus/common 0.70.1, where a format is its content type.
///
/// # Examples
///
/// ```
/// use promfmt::{Escaping, Format};
///
/// let format = Format::OPEN_METRICS.escaping(Escaping::AllowUtf8);
/// assert_eq!(
///     format.content_type(),
///     "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8",
/// );
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[doc(alias = "FormatType")]
pub struct Format {
    pub(crate) syntax: Syntax,
    pub(crate) escaping: Escaping,
}

/// The syntax of an exposition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Syntax {
    #[default]
    Text,
    OpenMetrics0,
    OpenMetrics1,
    Protobuf,
    ProtobufText,
    ProtobufCompactText,
}

impl Format {
    /// Text format 0.0.4, with [`Escaping::Underscores`].
    #[doc(alias = "TypeTextPlain")]
    pub const TEXT: Self = Self::of(Syntax::Text);

    /// OpenMetrics 1.0.0, with [`Escaping::Underscores`].
    #[doc(alias = "TypeOpenMetrics")]
    pub const OPEN_METRICS: Self = Self::of(Syntax::OpenMetrics1);

    /// OpenMetrics 0.0.1, which is written like 1.0.0, with [`Escaping::Underscores`].
    #[doc(alias = "OpenMetricsVersion_0_0_1")]
    pub const OPEN_METRICS_0_0_1: Self = Self::of(Syntax::OpenMetrics0);

    /// Length-delimited protobuf, with [`Escaping::Underscores`].
    ///
    /// Only the protobuf formats have native histograms.
    #[doc(alias = "TypeProtoDelim")]
    pub const PROTOBUF: Self = Self::of(Syntax::Protobuf);

    /// The text form of protobuf, for people to read, with [`Escaping::Underscores`].
    #[doc(alias = "TypeProtoText")]
    pub const PROTOBUF_TEXT: Self = Self::of(Syntax::ProtobufText);

    /// The text form of protobuf with one line per family, with [`Escaping::Underscores`].
    #[doc(alias = "TypeProtoCompact")]
    pub const PROTOBUF_COMPACT_TEXT: Self = Self::of(Syntax::ProtobufCompactText);

    pub(crate) const fn of(syntax: Syntax) -> Self {
        Self {
            syntax,
            escaping: Escaping::Underscores,
        }
    }

    /// Sets how names are escaped.
    #[doc(alias = "WithEscapingScheme")]
    #[must_use]
    pub const fn escaping(mut self, escaping: Escaping) -> Self {
        self.escaping = escaping;
        self
    }

    /// Returns the requirements of the format, for [`Scrape::fit`](promcore::Scrape::fit).
    ///
    /// Names must stay distinct when they are escaped, and OpenMetrics requires whole numbers as counts of histograms.
    pub fn demands(self) -> Demands {
        let is_open_metrics = matches!(self.syntax, Syntax::OpenMetrics0 | Syntax::OpenMetrics1);
        Demands::new()
            .escape(self.escaping.escape())
            .whole_counts(is_open_metrics)
    }

    /// Returns the value of the `Content-Type` header.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        /// One text for each escaping, with the names of [`Escaping::as_str`].
        macro_rules! escaped {
            ($syntax:literal) => {
                match self.escaping {
                    Escaping::AllowUtf8 => concat!($syntax, "; escaping=allow-utf-8"),
                    Escaping::Dots => concat!($syntax, "; escaping=dots"),
                    Escaping::Underscores => concat!($syntax, "; escaping=underscores"),
                    Escaping::Values => concat!($syntax, "; escaping=values"),
                }
            };
        }
        match self.syntax {
            Syntax::Text => escaped!("text/plain; version=0.0.4; charset=utf-8"),
            Syntax::OpenMetrics0 => {
                escaped!("application/openmetrics-text; version=0.0.1; charset=utf-8")
            }
            Syntax::OpenMetrics1 => {
                escaped!("application/openmetrics-text; version=1.0.0; charset=utf-8")
            }
            Syntax::Protobuf => escaped!(
                "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
            ),
            Syntax::ProtobufText => escaped!(
                "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=text"
            ),
            Syntax::ProtobufCompactText => escaped!(
                "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=compact-text"
            ),
        }
    }
}

/// Writes the content type.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.content_type())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_types_end_with_the_name_of_the_scheme() {
        let formats = [
            Format::TEXT,
            Format::OPEN_METRICS,
            Format::OPEN_METRICS_0_0_1,
            Format::PROTOBUF,
            Format::PROTOBUF_TEXT,
            Format::PROTOBUF_COMPACT_TEXT,
        ];
        for format in formats {
            let base = format.content_type().strip_suffix("underscores").unwrap();
            for escaping in Escaping::ALL {
                let expected = format!("{base}{}", escaping.as_str());
                assert_eq!(format.escaping(escaping).to_string(), expected);
            }
        }
    }
}
