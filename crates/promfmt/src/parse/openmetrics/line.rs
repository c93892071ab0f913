use std::borrow::Cow;

use promcore::Exemplar;

use super::kind::Role;
use crate::number::to_count;
use crate::parse::cursor::{Cursor, Escapes, Named};
use crate::parse::fault::{Fault, Quoted};
use crate::parse::labels::Labels;
use crate::parse::limits::Limits;
use crate::parse::number::{parse_count, parse_float};
use crate::parse::shape::Shape;
use crate::parse::time;

/// A metadata line.
pub(super) struct Metadata<'a> {
    pub(super) keyword: &'a [u8],
    pub(super) name: Cow<'a, str>,
    /// The position of the text after the name.
    pub(super) at: usize,
    pub(super) text: Cow<'a, [u8]>,
}

/// The part of a sample after its name and labels.
pub(super) struct Sample {
    pub(super) value: f64,
    /// The value as an integer, which may have more digits than a float.
    pub(super) count: Option<u64>,
    /// The position of the value.
    pub(super) at: usize,
    pub(super) seconds: Option<f64>,
    pub(super) exemplar: Option<Exemplar>,
}

/// Parses a line that begins with `#`.
pub(super) fn metadata(line: &[u8]) -> Result<Metadata<'_>, Fault> {
    let mut cursor = Cursor::new(line, Escapes::Keep);
    cursor.step();
    expect(&mut cursor, b' ')?;
    let keyword = cursor.word()?;
    if !matches!(keyword, b"HELP" | b"TYPE" | b"UNIT") {
        let message = format!("{} is no keyword", Quoted(keyword));
        return Err(Fault::new(2, message));
    }
    expect(&mut cursor, b' ')?;
    let start = cursor.at();
    let name = match cursor.peek()? {
        b'"' => quoted(&mut cursor, "metric name")?,
        _ => Cow::Borrowed(cursor.plain_name(Named::Metric)),
    };
    let name = metric_name(name, start)?;
    expect(&mut cursor, b' ')?;
    let at = cursor.at();
    let text = match keyword {
        b"HELP" => cursor.help()?,
        _ => Cow::Borrowed(cursor.up_to_end()?),
    };
    Ok(Metadata {
        keyword,
        name,
        at,
        text,
    })
}

/// Parses a name, and labels into `labels`.
pub(super) fn subject<'a>(
    cursor: &mut Cursor<'a>,
    labels: &mut Labels,
    shape: &mut Shape<Role>,
    limits: &Limits,
) -> Result<Cow<'a, str>, Fault> {
    let mut name = Cow::Borrowed(cursor.plain_name(Named::Metric));
    labels.clear();
    if cursor.peek()? == b'{' {
        let inner = braces(cursor, name.is_empty(), labels, shape, limits)?;
        name = inner.unwrap_or(name);
    }
    metric_name(name, 0)
}

/// Parses the rest of a line, from the value on.
pub(super) fn sample(cursor: &mut Cursor<'_>, limits: &Limits) -> Result<Sample, Fault> {
    expect(cursor, b' ')?;
    let at = cursor.at();
    let text = cursor.rest();
    let value = float(cursor)?;
    let count = parse_count(&text[..cursor.at() - at]).or_else(|| to_count(value));
    let mut seconds = None;
    if is_at_number(cursor)? {
        expect(cursor, b' ')?;
        seconds = Some(self::seconds(cursor)?);
    }
    let exemplar = match cursor.peek()? {
        b'\n' => None,
        _ => Some(exemplar(cursor, limits)?),
    };
    expect(cursor, b'\n')?;
    Ok(Sample {
        value,
        count,
        at,
        seconds,
        exemplar,
    })
}

/// Parses the contents of braces, and returns the metric name among the labels.
fn braces<'a>(
    cursor: &mut Cursor<'a>,
    takes_name: bool,
    labels: &mut Labels,
    shape: &mut Shape<Role>,
    limits: &Limits,
) -> Result<Option<Cow<'a, [u8]>>, Fault> {
    expect(cursor, b'{')?;
    let mut metric = None;
    if cursor.peek()? == b'}' {
        cursor.step();
        return Ok(metric);
    }
    loop {
        let at = cursor.at();
        let is_quoted = cursor.peek()? == b'"';
        let name = if is_quoted {
            quoted(cursor, "label name")?
        } else {
            Cow::Borrowed(cursor.plain_name(Named::Label))
        };
        if is_quoted && cursor.peek()? != b'=' {
            if !takes_name || metric.is_some() {
                let message = format!("{} is a second name of the metric", Quoted(&name));
                return Err(Fault::new(at, message));
            }
            metric = Some(name);
        } else {
            label(cursor, &name, at, labels, shape, limits)?;
        }
        let next = cursor.peek()?;
        cursor.step();
        match next {
            b',' => {}
            b'}' => return Ok(metric),
            _ => {
                return Err(Fault::new(
                    cursor.at() - 1,
                    "expected ',' or '}' after a label",
                ));
            }
        }
    }
}

/// Parses a label after its name.
fn label(
    cursor: &mut Cursor<'_>,
    name: &[u8],
    at: usize,
    labels: &mut Labels,
    shape: &mut Shape<Role>,
    limits: &Limits,
) -> Result<(), Fault> {
    let text = str::from_utf8(name).unwrap_or_default();
    if text.is_empty() || text == "__name__" {
        let message = format!("label name {} is not valid", Quoted(name));
        return Err(Fault::new(at, message));
    }
    if labels.has(text) {
        let message = format!("label name {} occurs twice", Quoted(name));
        return Err(Fault::new(at, message));
    }
    expect(cursor, b'=')?;
    let at = cursor.at();
    let value = quoted(cursor, "label value")?;
    shape.value(at + 1..cursor.at() - 1, false);
    let Ok(value) = str::from_utf8(&value) else {
        let message = format!("label value {} is not valid", Quoted(&value));
        return Err(Fault::new(at, message));
    };
    labels.push(text, value, at, limits)
}

/// Parses an exemplar.
fn exemplar(cursor: &mut Cursor<'_>, limits: &Limits) -> Result<Exemplar, Fault> {
    expect(cursor, b' ')?;
    expect(cursor, b'#')?;
    expect(cursor, b' ')?;
    let at = cursor.at();
    let (mut labels, mut shape) = (Labels::default(), Shape::default());
    braces(cursor, false, &mut labels, &mut shape, limits)?;
    expect(cursor, b' ')?;
    let value = float(cursor)?;
    let mut timestamp = None;
    if cursor.peek()? == b' ' {
        cursor.step();
        timestamp = Some(time::from_seconds(seconds(cursor)?));
    }
    let labels = labels.as_slice().iter();
    let labels = labels.map(|label| (label.name.as_str(), label.value.as_str()));
    Exemplar::try_new(labels, value, timestamp).map_err(|error| Fault::new(at, error.to_string()))
}

/// Reports whether a blank follows, and then something other than an exemplar.
fn is_at_number(cursor: &Cursor<'_>) -> Result<bool, Fault> {
    let is_blank = cursor.peek()? == b' ';
    Ok(is_blank && !cursor.rest().starts_with(b" #"))
}

fn metric_name(name: Cow<'_, [u8]>, at: usize) -> Result<Cow<'_, str>, Fault> {
    let text = match name {
        Cow::Borrowed(name) => match str::from_utf8(name) {
            Ok(name) => Ok(Cow::Borrowed(name)),
            Err(_) => Err(name.to_vec()),
        },
        Cow::Owned(name) => match String::from_utf8(name) {
            Ok(name) => Ok(Cow::Owned(name)),
            Err(error) => Err(error.into_bytes()),
        },
    };
    match text {
        Ok(name) if !name.is_empty() => Ok(name),
        other => {
            let bytes = other.err().unwrap_or_default();
            let message = format!("metric name {} is not valid", Quoted(&bytes));
            Err(Fault::new(at, message))
        }
    }
}

fn quoted<'a>(cursor: &mut Cursor<'a>, what: &str) -> Result<Cow<'a, [u8]>, Fault> {
    expect(cursor, b'"')?;
    cursor.quoted(what)
}

fn float(cursor: &mut Cursor<'_>) -> Result<f64, Fault> {
    let at = cursor.at();
    let word = cursor.word()?;
    parse_float(word)
        .ok_or_else(|| Fault::new(at, format!("expected a number, found {}", Quoted(word))))
}

fn seconds(cursor: &mut Cursor<'_>) -> Result<f64, Fault> {
    let at = cursor.at();
    let word = cursor.word()?;
    let seconds = parse_float(word).filter(|seconds| seconds.is_finite());
    seconds.ok_or_else(|| Fault::new(at, format!("expected a timestamp, found {}", Quoted(word))))
}

/// Skips a byte that is required here.
fn expect(cursor: &mut Cursor<'_>, byte: u8) -> Result<(), Fault> {
    let found = cursor.peek()?;
    if found != byte {
        let expected = match byte {
            b'\n' => "the end of the line".to_owned(),
            byte => format!("'{}'", char::from(byte)),
        };
        return Err(cursor.expected(&format!("expected {expected}, found"), found));
    }
    cursor.step();
    Ok(())
}
