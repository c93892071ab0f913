//! The comment lines of a family, and its name in all other lines.

use promcore::{FamilyHead, MetricType, is_legacy_metric_name};

use super::dialect::Dialect;
use crate::buffer::Buffer;
use crate::escape::{Escaping, escape_name};

/// The name of a family, escaped.
#[derive(Debug, Default)]
pub(super) struct Name {
    /// The name in samples; if it is quoted, the text between the quotes.
    pub(super) text: String,
    /// Whether it must be quoted within the braces.
    pub(super) is_quoted: bool,
    /// The length of the part that is the name in comments and `_created` lines.
    pub(super) base: usize,
}

impl Name {
    /// Makes the name of a family.
    fn new(family: &FamilyHead<'_>, dialect: Dialect, escaping: Escaping) -> Self {
        let (mut text, mut is_quoted) = (family.name.to_owned(), false);
        if !is_legacy_metric_name(&text) {
            text = escape_name(&text, escaping).into_owned();
            is_quoted = escaping == Escaping::AllowUtf8;
        }
        if is_quoted {
            let mut bytes = Vec::with_capacity(text.len());
            promcore::escape_label_value(&text, &mut bytes);
            text = String::from_utf8(bytes).expect("escaping ASCII bytes keeps UTF-8 valid");
        }
        let base = match family.kind {
            MetricType::Counter => text.strip_suffix(dialect.counter_suffix()),
            _ => None,
        };
        Self {
            base: base.unwrap_or(&text).len(),
            text,
            is_quoted,
        }
    }

    /// Returns the name in comments and `_created` lines.
    pub(super) fn base(&self) -> &str {
        &self.text[..self.base]
    }
}

/// Writes the comment lines of a family, and returns its name.
pub(super) fn write(
    family: &FamilyHead<'_>,
    dialect: Dialect,
    escaping: Escaping,
    buffer: &mut Buffer,
) -> Name {
    let name = Name::new(family, dialect, escaping);
    let has_suffix = name.base < name.text.len();
    let is_open_metrics = dialect.is_open_metrics();
    comment("HELP", &name, buffer);
    escape(family.help, is_open_metrics, buffer);
    buffer.push(b"\n");
    comment("TYPE", &name, buffer);
    buffer.push(dialect.type_name(family.kind, has_suffix).as_bytes());
    buffer.push(b"\n");
    if is_open_metrics && !family.unit.is_empty() {
        comment("UNIT", &name, buffer);
        escape(family.unit, true, buffer);
        buffer.push(b"\n");
    }
    name
}

fn comment(keyword: &str, name: &Name, buffer: &mut Buffer) {
    buffer.push(b"# ");
    buffer.push(keyword.as_bytes());
    buffer.push(b" ");
    // The name of a counter may consist of its suffix only.
    if name.is_quoted || name.base == 0 {
        buffer.push(b"\"");
        buffer.push(name.base().as_bytes());
        buffer.push(b"\"");
    } else {
        buffer.push(name.base().as_bytes())
    }
    buffer.push(b" ");
}

/// Writes the text after the name, with line feeds and backslashes escaped, and quotes in OpenMetrics.
fn escape(text: &str, quotes: bool, buffer: &mut Buffer) {
    for part in text.split_inclusive(['\\', '\n', '"']) {
        let (plain, special) = match part.as_bytes() {
            [plain @ .., b'\\'] => (plain, &br"\\"[..]),
            [plain @ .., b'\n'] => (plain, &br"\n"[..]),
            [plain @ .., b'"'] if quotes => (plain, &br#"\""#[..]),
            plain => (plain, &b""[..]),
        };
        buffer.push(plain);
        buffer.push(special);
    }
}
