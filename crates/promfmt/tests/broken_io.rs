//! Readers and writers that return few bytes, are interrupted, or fail: no data is lost without an error.

use std::io::{self, BufRead, Read, Write};

use promcore::{
    Bucket, CounterValue, Exemplar, Gathered, HistogramValue, LabelPair, Metric, MetricFamily,
    MetricType, MetricValue, NativeValue, Scrape, SummaryValue, Timestamp,
};
use promfmt::{Encoder, Error, Escaping, Format, OpenMetricsParser, ProtobufParser, TextParser};

/// A reader of one byte at a time, interrupted before each and at the end, where it may fail as well.
struct Slow<'a> {
    bytes: &'a [u8],
    fails: bool,
    is_ready: bool,
}

impl<'a> Slow<'a> {
    fn new(bytes: &'a [u8], fails: bool) -> Self {
        Self {
            bytes,
            fails,
            is_ready: false,
        }
    }
}

impl Read for Slow<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = self.fill_buf()?.len().min(out.len());
        out[..len].copy_from_slice(&self.bytes[..len]);
        self.consume(len);
        Ok(len)
    }
}

impl BufRead for Slow<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        // A filled buffer stays ready; an empty one at the end does not.
        self.is_ready = !self.is_ready || !self.bytes.is_empty();
        match self.is_ready {
            false => Err(io::ErrorKind::Interrupted.into()),
            true if self.bytes.is_empty() && self.fails => Err(io::Error::other("broken")),
            true => Ok(&self.bytes[..self.bytes.len().min(1)]),
        }
    }

    fn consume(&mut self, len: usize) {
        self.bytes = &self.bytes[len..];
        self.is_ready &= len == 0;
    }
}

/// A writer that accepts up to `room` bytes, a few at a time and with interruptions, and then fails.
struct Full {
    taken: Vec<u8>,
    room: usize,
    is_interrupted: bool,
    /// Accepts 0 bytes instead of returning an error.
    is_silent: bool,
}

impl Write for &mut Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.is_interrupted = !self.is_interrupted;
        if self.is_interrupted {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let len = bytes.len().min(700).min(self.room - self.taken.len());
        self.taken.extend_from_slice(&bytes[..len]);
        match len {
            0 if !self.is_silent => Err(io::Error::other("full")),
            len => Ok(len),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn exemplar() -> Exemplar {
    let time = Timestamp::from_unix_nanos(1_500_000_000);
    Exemplar::new(vec![LabelPair::new("id", "\u{e9}\n")], 0.5, Some(time))
}

/// Returns families of all types; the first one is longer than a chunk.
fn families() -> Vec<MetricFamily> {
    let mut counter = CounterValue::new(3.0);
    counter.exemplar = Some(exemplar());
    counter.created = exemplar().timestamp;
    let mut histogram = HistogramValue::new(3, 4.5);
    let mut bucket = Bucket::new(1.0, 2);
    bucket.exemplar = Some(exemplar());
    histogram.buckets.push(bucket);
    let mut native = HistogramValue::new(3, 4.5);
    native.native = Some(Box::new(NativeValue::new(3).positive([(1, 2), (7, 1)])));
    let summary = SummaryValue::new(3, 4.5).quantiles([(0.5, 1.0)]);
    let values = [
        (
            "c_total",
            MetricType::Counter,
            MetricValue::Counter(counter),
        ),
        ("g", MetricType::Gauge, MetricValue::Gauge(-0.5)),
        (
            "h",
            MetricType::Histogram,
            MetricValue::Histogram(histogram),
        ),
        ("n.h", MetricType::Histogram, MetricValue::Histogram(native)),
        ("s", MetricType::Summary, MetricValue::Summary(summary)),
        ("u", MetricType::Untyped, MetricValue::Untyped(f64::NAN)),
    ];
    let families = values.into_iter().map(|(name, kind, value)| {
        let mut family = MetricFamily::new(name, "Help\n.", kind);
        let labels = vec![LabelPair::new("a", "b\"")];
        family.metrics.push(Metric::new(labels, value));
        family
    });
    let mut families: Vec<_> = families.collect();
    let labels = vec![LabelPair::new("a", "x".repeat(2_100))];
    let long = Metric::new(labels, families[0].metrics[0].value.clone());
    families[0].metrics.push(long);
    families
}

fn formats() -> impl Iterator<Item = Format> {
    let formats = [
        Format::TEXT,
        Format::OPEN_METRICS,
        Format::PROTOBUF,
        Format::PROTOBUF_TEXT,
        Format::PROTOBUF_COMPACT_TEXT,
    ];
    formats
        .map(|it| it.escaping(Escaping::AllowUtf8))
        .into_iter()
}

fn scrape() -> Scrape {
    Gathered::new(families(), Vec::new()).into()
}

fn encode<W: Write>(out: W, format: Format) -> io::Result<W> {
    let mut encoder = Encoder::new(out, format).created_lines(true);
    let _ = scrape().write(&mut encoder);
    encoder.finish()
}

#[test]
fn a_writer_that_fails_anywhere_is_an_error_and_has_what_came_before() {
    for format in formats() {
        let whole = encode(Vec::new(), format).unwrap();
        for room in (0..=whole.len()).rev() {
            let mut full = Full {
                taken: Vec::new(),
                room,
                is_interrupted: false,
                is_silent: room % 2 == 0,
            };
            let outcome = encode(&mut full, format);
            assert_eq!(outcome.is_ok(), room == whole.len());
            assert_eq!(full.taken, whole[..room]);
        }
    }
}

/// Parses all families, up to the error if there is one; as text, since NaN is not equal to itself.
fn read(input: impl BufRead, format: Format) -> (Vec<String>, Option<Error>) {
    let mut families: Box<dyn Iterator<Item = Result<MetricFamily, Error>>> = match format {
        it if it == Format::TEXT => Box::new(TextParser::new(input)),
        it if it == Format::OPEN_METRICS => Box::new(OpenMetricsParser::new(input)),
        _ => Box::new(ProtobufParser::new(input)),
    };
    let mut found = Vec::new();
    let error = families.find_map(|family| {
        let family = family.map(|family| found.push(format!("{family:?}")));
        family.err()
    });
    assert!(families.next().is_none(), "an error is the last item");
    (found, error)
}

#[test]
fn a_reader_that_fails_anywhere_is_an_error_behind_what_came_before() {
    for format in [Format::TEXT, Format::OPEN_METRICS, Format::PROTOBUF] {
        let whole = encode(Vec::new(), format).unwrap();
        let (families, error) = read(&*whole, format);
        assert!(
            error.is_none() && families.len() == 6,
            "{format}: {error:?}"
        );
        let (slowly, error) = read(Slow::new(&whole, false), format);
        assert!(error.is_none() && slowly == families, "{format}: {error:?}");
        for len in (0..=whole.len()).step_by(7) {
            let (slowly, error) = read(Slow::new(&whole[..len], true), format);
            assert!(matches!(error, Some(Error::Read(_))), "{format}: {error:?}");
            // The last family may be incomplete, as text does not say where one ends.
            let known = slowly.len().saturating_sub(1);
            assert_eq!(slowly[..known], families[..known], "{format}");
        }
    }
}
