//! Length-delimited families.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;

use promcore::{FamilyHead, Flow, Series, Sink, Value};

use super::labels::LabelFields;
use super::schema::Schema;
use super::wire::Wire;
use crate::escape::Escaping;
use crate::output::Output;

/// Writes metrics in length-delimited protobuf.
///
/// A family whose series are [measured](Sink::measure) is streamed; any other is buffered until it is complete.
#[derive(Debug)]
pub(crate) struct DelimitedEncoder<W> {
    output: Output<W>,
    family: Family,
    /// The measurements of the family's series, if they are measured.
    measured: Option<Measured>,
}

/// The buffer of a family, which is reused.
#[derive(Debug)]
struct Family {
    wire: Wire,
    /// The end of the fields before the metrics.
    head: usize,
    schema: Schema,
    labels: LabelFields,
}

/// The measurements of series that are yet to come.
#[derive(Debug, Default)]
struct Measured {
    /// The number of series.
    count: usize,
    /// The number of bytes to come of series that are not buffered.
    len: usize,
    /// Series whose size could change before they come: their numbers, and where they are buffered.
    kept: VecDeque<(usize, Range<usize>)>,
    /// The number of series written.
    written: usize,
    /// Where the fields after the metrics are buffered.
    end: Range<usize>,
}

impl<W: io::Write> DelimitedEncoder<W> {
    pub(crate) fn new(out: W, escaping: Escaping) -> Self {
        Self {
            output: Output::new(out),
            family: Family {
                wire: Wire::default(),
                head: 0,
                schema: Schema::new(escaping),
                labels: LabelFields::default(),
            },
            measured: None,
        }
    }

    /// Ends the current family, if there is one.
    fn end_family(&mut self) -> Flow {
        let family = &mut self.family;
        if let Some(measured) = self.measured.take() {
            return measured.end(family, &mut self.output);
        }
        if family.schema.end(&mut family.wire) {
            let start = family.wire.put_len(0);
            return self.output.write(family.wire.bytes(start..));
        }
        Flow::Continue(())
    }

    pub(crate) fn finish(mut self) -> io::Result<W> {
        let _ = self.end_family();
        self.output.finish()
    }
}

impl<W: io::Write> Sink for DelimitedEncoder<W> {
    fn family(&mut self, head: &FamilyHead<'_>) -> Flow {
        self.end_family()?;
        let family = &mut self.family;
        family.wire.begin();
        family.schema.begin(head, &mut family.wire);
        family.head = family.wire.len();
        Flow::Continue(())
    }

    fn series(&mut self, series: &Series<'_>) -> Flow {
        match &mut self.measured {
            Some(measured) => measured.write(series, &mut self.family, &mut self.output),
            None => {
                self.family.keep(series);
                Flow::Continue(())
            }
        }
    }

    fn measures(&self) -> bool {
        true
    }

    fn measure(&mut self, series: &Series<'_>) {
        let metric = self.family.keep(series);
        let measured = self.measured.get_or_insert_default();
        match series.value {
            Value::Counter { exemplar: None, .. } | Value::Gauge(_) | Value::Untyped(_) => {
                measured.len += metric.len();
                self.family.wire.truncate(metric.start);
            }
            _ => measured.kept.push_back((measured.count, metric)),
        }
        measured.count += 1;
    }
}

impl Family {
    /// Appends a metric to the buffer, and returns where it is.
    fn keep(&mut self, series: &Series<'_>) -> Range<usize> {
        let start = self.wire.len();
        let labels = self.labels.of(&series.labels, &self.schema);
        Schema::metric(series, |wire| wire.append(labels), &mut self.wire);
        start..self.wire.len()
    }
}

impl Measured {
    /// Writes a metric, as it was measured.
    fn write<W: io::Write>(
        &mut self,
        series: &Series<'_>,
        family: &mut Family,
        output: &mut Output<W>,
    ) -> Flow {
        if self.written == 0 {
            self.begin(family, output)?;
        }
        let number = self.written;
        self.written += 1;
        if let Some((_, metric)) = self.kept.front().filter(|(kept, _)| *kept == number) {
            output.write(family.wire.bytes(metric.clone()))?;
            self.kept.pop_front();
            return Flow::Continue(());
        }
        let value = series.value.without_exemplar();
        let metric = family.keep(&Series { value, ..*series });
        let Some(left) = self.len.checked_sub(metric.len()) else {
            return changed(output);
        };
        self.len = left;
        output.write(family.wire.bytes(metric.clone()))?;
        family.wire.truncate(metric.start);
        Flow::Continue(())
    }

    /// Writes the length, and the fields before the metrics.
    fn begin<W: io::Write>(&mut self, family: &mut Family, output: &mut Output<W>) -> Flow {
        let wire = &mut family.wire;
        let end = wire.len();
        family.schema.end(wire);
        self.end = end..wire.len();
        let start = wire.put_len(self.len);
        output.write(wire.bytes(start..family.head))
    }

    /// Writes the fields after the metrics.
    fn end<W: io::Write>(self, family: &Family, output: &mut Output<W>) -> Flow {
        if self.written != self.count || self.len > 0 {
            return changed(output);
        }
        output.write(family.wire.bytes(self.end))
    }
}

/// Stops, since the length that was written is wrong.
fn changed<W: io::Write>(output: &mut Output<W>) -> Flow {
    output.fail("the series of a family have changed since they were measured")
}

#[cfg(test)]
mod tests {
    use promcore::{CounterValue, Exemplar, LabelPair, Labels, Metric, MetricType, MetricValue};

    use super::*;

    const HEAD: FamilyHead<'_> = FamilyHead {
        name: "x",
        help: "",
        unit: "bytes",
        kind: MetricType::Counter,
    };

    fn counter(label: &str, value: f64, exemplar: Option<&str>) -> Metric {
        let mut counter = CounterValue::new(value);
        let labels = |label: &str| vec![LabelPair::new("a", label)];
        counter.exemplar = exemplar.map(|id| Exemplar::new(labels(id), 1.0, None));
        Metric::new(labels(label), MetricValue::Counter(counter))
    }

    /// Measures some series, and then writes others.
    fn encode(measured: &[Metric], written: &[Metric]) -> Result<Vec<u8>, String> {
        fn series(metric: &Metric) -> Series<'_> {
            Series {
                labels: Labels::pairs(&metric.labels),
                value: metric.value.as_view(),
                timestamp_ms: None,
            }
        }
        let mut encoder = DelimitedEncoder::new(Vec::new(), Escaping::default());
        let _ = encoder.family(&HEAD);
        for metric in measured {
            encoder.measure(&series(metric));
        }
        let _ = written
            .iter()
            .try_for_each(|it| encoder.series(&series(it)));
        encoder.finish().map_err(|error| error.to_string())
    }

    #[test]
    fn measured_series_are_written_as_if_they_were_kept() {
        let before = [
            counter("1", 1.0, None),
            counter("2", 2.0, Some("gone")),
            counter("three", 3.0, None),
            counter("4", 4.0, Some("there")),
        ];
        // Meanwhile, the values have changed, and there is a new exemplar.
        let after = [
            counter("1", 1e9, Some("new")),
            counter("2", 7.0, None),
            counter("three", 0.5, None),
            counter("4", 8.0, Some("much longer than before")),
        ];
        let expected = [
            counter("1", 1e9, None),
            before[1].clone(),
            after[2].clone(),
            before[3].clone(),
        ];
        assert_eq!(encode(&before, &after), encode(&[], &expected));
    }

    #[test]
    fn a_wrong_length_is_an_error() {
        let few = [counter("1", 1.0, None)];
        let many = [counter("1", 1.0, None), counter("2", 2.0, None)];
        let longer = [counter("12", 1.0, None)];
        let changed = "the series of a family have changed since they were measured";
        for (measured, written) in [(&few[..], &many[..]), (&many, &few), (&few, &longer)] {
            assert_eq!(encode(measured, written), Err(changed.to_owned()));
        }
    }
}
