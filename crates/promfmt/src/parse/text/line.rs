use promcore::{MetricFamily, MetricType, is_legacy_label_name, is_legacy_metric_name};

use super::NameValidation;
use super::families::{Families, Place, Sample};
use crate::parse::cursor::{Cursor, Escapes, Named};
use crate::parse::fault::{Fault, Quoted};
use crate::parse::labels::Labels;
use crate::parse::limits::Limits;
use crate::parse::number::{parse_float, parse_int};
use crate::parse::shape::Shape;

/// Reads lines into families.
pub(super) struct Reader {
    limits: Limits,
    validation: NameValidation,
    families: Families,
    /// The last name, which messages show if a line has none yet.
    named: Option<Place>,
    labels: Labels,
    shape: Shape<Place>,
}

/// The part of a line before the value, without labels.
struct Subject {
    /// The family of the name before or in the braces.
    place: Option<Place>,
    is_in_braces: bool,
    /// The bound of a bucket or the rank of a quantile; NaN if there is none.
    bound: f64,
}

impl Reader {
    pub(super) fn new(limits: Limits, validation: NameValidation) -> Self {
        Self {
            limits,
            validation,
            families: Families::default(),
            named: None,
            labels: Labels::default(),
            shape: Shape::default(),
        }
    }

    pub(super) fn into_families(self) -> Vec<MetricFamily> {
        self.families.finish()
    }

    pub(super) fn line(&mut self, line: &[u8]) -> Result<(), Fault> {
        let mut cursor = Cursor::new(line, Escapes::Refuse);
        if let Some((place, bound)) = self.shape.read(&mut cursor, &mut self.labels) {
            return self.value(place, bound, cursor);
        }
        self.shape.forget();
        let mut cursor = Cursor::new(line, Escapes::Refuse);
        match cursor.skip_blanks() {
            // Only trailing blanks need no line feed.
            Err(_) | Ok(b'\n') => Ok(()),
            Ok(b'#') => self.comment(cursor),
            Ok(_) => self.sample(cursor),
        }
    }

    fn comment(&mut self, mut cursor: Cursor<'_>) -> Result<(), Fault> {
        cursor.step();
        cursor.skip_blanks()?;
        let keyword = cursor.word()?;
        if !matches!(keyword, b"HELP" | b"TYPE") {
            return cursor.up_to_end().map(drop);
        }
        cursor.skip_blanks()?;
        let at = cursor.at();
        let name = cursor.name(Named::Metric)?;
        match cursor.peek()? {
            b'\n' => return Ok(()),
            b' ' | b'\t' => {}
            _ => return Err(Fault::new(at, "invalid metric name in comment")),
        }
        let place = self.place(&name, at)?;
        if cursor.skip_blanks()? == b'\n' {
            return Ok(());
        }
        match keyword {
            b"HELP" => self.help(place, cursor),
            _ => self.kind(place, cursor),
        }
    }

    fn help(&mut self, place: Place, mut cursor: Cursor<'_>) -> Result<(), Fault> {
        let at = cursor.at();
        let (name, help) = self.families.help(place);
        if !help.is_empty() {
            let name = Quoted(name.as_bytes());
            let message = format!("second HELP line for metric name {name}");
            return Err(Fault::new(at, message));
        }
        *help = String::from_utf8_lossy(&cursor.help()?).into_owned();
        Ok(())
    }

    fn kind(&mut self, place: Place, mut cursor: Cursor<'_>) -> Result<(), Fault> {
        let at = cursor.at();
        if self.families.has_kind(place) {
            let name = self.families.name(place);
            let message = format!(
                "second TYPE line for metric name {}, or TYPE reported after samples",
                Quoted(name.as_bytes())
            );
            return Err(Fault::new(at, message));
        }
        // Go skips backslashes here.
        let mut text = cursor.up_to_end()?.to_vec();
        text.retain(|&byte| byte != b'\\');
        let kind = kind_of(&text).ok_or_else(|| {
            let message = format!("unknown metric type {}", Quoted(&text));
            Fault::new(at, message)
        })?;
        self.families.set_kind(place, kind);
        Ok(())
    }

    fn sample(&mut self, mut cursor: Cursor<'_>) -> Result<(), Fault> {
        self.labels.clear();
        let start = cursor.at();
        let mut subject = Subject {
            place: None,
            is_in_braces: cursor.peek()? == b'{',
            bound: f64::NAN,
        };
        if !subject.is_in_braces {
            let name = cursor.name(Named::Metric)?;
            if name.is_empty() {
                return Err(Fault::new(start, "invalid metric name"));
            }
            subject.place = Some(self.place(&name, start)?);
        }
        if cursor.skip_blanks()? == b'{' {
            self.braces(&mut subject, &mut cursor)?;
        }
        let Some(place) = subject.place else {
            return self.nameless(start, cursor);
        };
        self.shape.keep(cursor.passed(), place);
        self.value(place, subject.bound, cursor)
    }

    /// Returns the error of a line with labels but no name.
    ///
    /// Go continues with the last name, if there is one, and therefore reports errors after the labels first.
    #[cold]
    fn nameless(&self, start: usize, cursor: Cursor<'_>) -> Result<(), Fault> {
        if self.named.is_some() {
            // The family of the last name must not get the value.
            let mut other = Self::new(self.limits, self.validation);
            let place = other.place(b"other", start)?;
            other.value(place, f64::NAN, cursor)?;
        }
        Err(Fault::new(start, "invalid metric name"))
    }

    /// Parses the value and the rest of the line.
    fn value(&mut self, place: Place, bound: f64, mut cursor: Cursor<'_>) -> Result<(), Fault> {
        cursor.skip_blanks()?;
        let at = cursor.at();
        let value = cursor.word()?;
        let value = parse_float(value).ok_or_else(|| {
            let message = format!("expected float as value, got {}", Quoted(value));
            Fault::new(at, message)
        })?;
        let timestamp_ms = match timestamp(&mut cursor) {
            Ok(timestamp_ms) => timestamp_ms,
            Err(fault) => {
                // The first error is reported.
                self.families.check(place, bound, value, at)?;
                return Err(fault);
            }
        };
        let sample = Sample {
            labels: self.labels.as_slice(),
            bound,
            value,
            timestamp_ms,
            at,
        };
        self.families.add(place, &sample, &self.limits)
    }

    /// Parses labels, and a name among them, if there is one, including the closing brace.
    fn braces(&mut self, subject: &mut Subject, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        cursor.step();
        while cursor.skip_blanks()? != b'}' {
            let at = cursor.at();
            let name = cursor.name(Named::Label)?;
            if name.is_empty() {
                let metric = Quoted(self.name());
                let message = format!("invalid label name for metric {metric}");
                return Err(Fault::new(at, message));
            }
            if cursor.skip_blanks()? == b'=' {
                cursor.step();
                self.label(subject, &name, at, cursor)?;
            } else {
                self.name_in_braces(subject, &name, at, cursor)?;
            }
            if cursor.peek()? == b',' {
                cursor.step();
            }
        }
        cursor.step();
        self.take_bound(subject)
    }

    /// Handles a metric name among the labels.
    fn name_in_braces(
        &mut self,
        subject: &mut Subject,
        name: &[u8],
        at: usize,
        cursor: &Cursor<'_>,
    ) -> Result<(), Fault> {
        let next = cursor.peek()?;
        if !subject.is_in_braces {
            return Err(cursor.expected("expected '=' after label name, found", next));
        }
        if subject.place.is_some() {
            let metric = Quoted(self.name());
            let message = format!("multiple metric names for metric {metric}");
            return Err(Fault::new(at, message));
        }
        if !matches!(next, b',' | b'}') {
            return Err(cursor.expected("unexpected end of metric name", next));
        }
        subject.place = Some(self.place(name, at)?);
        Ok(())
    }

    /// Parses a label after its equals sign.
    fn label(
        &mut self,
        subject: &mut Subject,
        name: &[u8],
        at: usize,
        cursor: &mut Cursor<'_>,
    ) -> Result<(), Fault> {
        let name = self.label_name(name, at)?;
        let bound = subject
            .place
            .and_then(|place| self.families.bound_label(place));
        let is_bound = bound == Some(name);
        if !is_bound && self.labels.has(name) {
            let metric = Quoted(self.name());
            let message = format!("duplicate label names for metric {metric}");
            return Err(Fault::new(at, message));
        }
        let next = cursor.skip_blanks()?;
        if next != b'"' {
            return Err(cursor.expected("expected '\"' at start of label value, found", next));
        }
        let at = cursor.at();
        cursor.step();
        let bytes = cursor.quoted("label value")?;
        self.shape.value(at + 1..cursor.at() - 1, is_bound);
        let Ok(value) = str::from_utf8(&bytes) else {
            let message = format!("invalid label value {}", Quoted(&bytes));
            return Err(Fault::new(at, message));
        };
        if is_bound {
            subject.bound = parse_bound(name, value, at)?
        } else {
            self.labels.push(name, value, at, &self.limits)?
        }
        match cursor.skip_blanks()? {
            b',' | b'}' => Ok(()),
            _ => {
                let message = format!("unexpected end of label value {}", Quoted(&bytes));
                Err(Fault::new(at, message))
            }
        }
    }

    fn label_name<'a>(&self, name: &'a [u8], at: usize) -> Result<&'a str, Fault> {
        if name == b"__name__" {
            return Err(Fault::new(at, "label name \"__name__\" is reserved"));
        }
        let text = str::from_utf8(name).ok();
        let text = text.filter(|name| match self.validation {
            NameValidation::Legacy => is_legacy_label_name(name),
            NameValidation::Utf8 => true,
        });
        text.ok_or_else(|| Fault::new(at, format!("invalid label name {}", Quoted(name))))
    }

    /// Takes the bound from the labels, where it is if it came before the name.
    fn take_bound(&mut self, subject: &mut Subject) -> Result<(), Fault> {
        let bound = self
            .named
            .and_then(|place| self.families.bound_label(place));
        if let Some(label) = bound.and_then(|name| self.labels.take(name)) {
            subject.bound = parse_bound(&label.name, &label.value, 0)?;
            self.shape.forget();
        }
        Ok(())
    }

    /// Finds the family of a name.
    fn place(&mut self, name: &[u8], at: usize) -> Result<Place, Fault> {
        let text = str::from_utf8(name).ok();
        let text = text.filter(|name| match self.validation {
            NameValidation::Legacy => is_legacy_metric_name(name),
            NameValidation::Utf8 => !name.is_empty(),
        });
        let Some(text) = text else {
            let message = format!("invalid metric name {}", Quoted(name));
            return Err(Fault::new(at, message));
        };
        let place = self.families.place(text, at, &self.limits)?;
        self.named = Some(place);
        Ok(place)
    }

    /// Returns the last name of a family, in this line or before.
    fn name(&self) -> &[u8] {
        let name = self.named.map(|place| self.families.name(place));
        name.unwrap_or_default().as_bytes()
    }
}

fn kind_of(text: &[u8]) -> Option<MetricType> {
    Some(match str::from_utf8(text).ok()?.to_uppercase().as_str() {
        "COUNTER" => MetricType::Counter,
        "GAUGE" => MetricType::Gauge,
        "GAUGEHISTOGRAM" | "GAUGE_HISTOGRAM" => MetricType::GaugeHistogram,
        "HISTOGRAM" => MetricType::Histogram,
        "SUMMARY" => MetricType::Summary,
        "UNTYPED" => MetricType::Untyped,
        _ => return None,
    })
}

fn parse_bound(label: &str, value: &str, at: usize) -> Result<f64, Fault> {
    parse_float(value.as_bytes()).ok_or_else(|| {
        let value = Quoted(value.as_bytes());
        let message = format!("expected float as value for '{label}' label, got {value}");
        Fault::new(at, message)
    })
}

/// Parses the timestamp, if there is one.
#[inline]
fn timestamp(cursor: &mut Cursor<'_>) -> Result<Option<i64>, Fault> {
    if cursor.peek()? == b'\n' {
        return Ok(None);
    }
    cursor.skip_blanks()?;
    let at = cursor.at();
    let word = cursor.word()?;
    let timestamp = parse_int(word).ok_or_else(|| {
        let message = format!("expected integer as timestamp, got {}", Quoted(word));
        Fault::new(at, message)
    })?;
    let at = cursor.at();
    match cursor.up_to_end()? {
        b"" => Ok(Some(timestamp)),
        rest => {
            let message = format!("spurious string after timestamp: {}", Quoted(rest));
            Err(Fault::new(at, message))
        }
    }
}
