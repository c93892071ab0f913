//! Bytes of the Go client, decoded with the schema and encoded again.

use prost::Message as _;
use serde_json::{Map, Value};

use super::client::*;
use super::scrapes::{self, Scrape};

fn decode(mut bytes: &[u8]) -> Vec<MetricFamily> {
    let mut families = Vec::new();
    while !bytes.is_empty() {
        families.push(MetricFamily::decode_length_delimited(&mut bytes).unwrap());
    }
    families
}

#[test]
fn reads_what_the_go_client_sends() {
    for Scrape {
        path,
        bytes,
        families: expected,
    } in scrapes::all()
    {
        let families = decode(&bytes).iter().map(family).collect();
        assert_eq!(Value::Array(families), as_floats(expected), "{path}");
    }
}

/// A field that is missing from the schema would be lost.
#[test]
fn writes_the_same_bytes() {
    for Scrape { path, bytes, .. } in scrapes::all() {
        let families = decode(&bytes);
        let written: Vec<u8> = families
            .iter()
            .flat_map(MetricFamily::encode_length_delimited_to_vec)
            .collect();
        assert_eq!(written, bytes, "{path}");
    }
}

/// Builds an object of the JSON mapping of protobuf, without absent fields.
#[derive(Default)]
struct Object(Map<String, Value>);

impl Object {
    fn put(mut self, name: &str, value: Option<Value>) -> Self {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value);
        }
        self
    }

    fn list(self, name: &str, values: Vec<Value>) -> Self {
        let some = !values.is_empty();
        self.put(name, some.then_some(Value::Array(values)))
    }

    fn done(self) -> Value {
        Value::Object(self.0)
    }
}

fn family(it: &MetricFamily) -> Value {
    let kind = it.r#type.map(|_| it.r#type().as_str_name().into());
    Object::default()
        .put("name", it.name.clone().map(Value::from))
        .put("help", it.help.clone().map(Value::from))
        .put("type", kind)
        .list("metric", it.metric.iter().map(metric).collect())
        .put("unit", it.unit.clone().map(Value::from))
        .done()
}

fn metric(it: &Metric) -> Value {
    Object::default()
        .list("label", it.label.iter().map(label).collect())
        .put("gauge", it.gauge.as_ref().map(|it| only_value(it.value)))
        .put("counter", it.counter.as_ref().map(counter))
        .put("summary", it.summary.as_ref().map(summary))
        .put(
            "untyped",
            it.untyped.as_ref().map(|it| only_value(it.value)),
        )
        .put("histogram", it.histogram.as_ref().map(histogram))
        .put("timestampMs", it.timestamp_ms.map(integer))
        .done()
}

fn label(it: &LabelPair) -> Value {
    Object::default()
        .put("name", it.name.clone().map(Value::from))
        .put("value", it.value.clone().map(Value::from))
        .done()
}

fn only_value(value: Option<f64>) -> Value {
    Object::default().put("value", value.map(float)).done()
}

fn counter(it: &Counter) -> Value {
    Object::default()
        .put("value", it.value.map(float))
        .put("exemplar", it.exemplar.as_ref().map(exemplar))
        .put("createdTimestamp", it.created_timestamp.as_ref().map(time))
        .done()
}

fn summary(it: &Summary) -> Value {
    let quantile = |it: &Quantile| {
        Object::default()
            .put("quantile", it.quantile.map(float))
            .put("value", it.value.map(float))
            .done()
    };
    Object::default()
        .put("sampleCount", it.sample_count.map(integer))
        .put("sampleSum", it.sample_sum.map(float))
        .list("quantile", it.quantile.iter().map(quantile).collect())
        .put("createdTimestamp", it.created_timestamp.as_ref().map(time))
        .done()
}

fn histogram(it: &Histogram) -> Value {
    let integers = |list: &[i64]| list.iter().copied().map(integer).collect();
    let floats = |list: &[f64]| list.iter().copied().map(float).collect();
    let spans = |list: &[BucketSpan]| list.iter().map(span).collect();
    Object::default()
        .put("sampleCount", it.sample_count.map(integer))
        .put("sampleCountFloat", it.sample_count_float.map(float))
        .put("sampleSum", it.sample_sum.map(float))
        .list("bucket", it.bucket.iter().map(bucket).collect())
        .put("createdTimestamp", it.created_timestamp.as_ref().map(time))
        .put("schema", it.schema.map(|it| float(it.into())))
        .put("zeroThreshold", it.zero_threshold.map(float))
        .put("zeroCount", it.zero_count.map(integer))
        .put("zeroCountFloat", it.zero_count_float.map(float))
        .list("negativeSpan", spans(&it.negative_span))
        .list("negativeDelta", integers(&it.negative_delta))
        .list("negativeCount", floats(&it.negative_count))
        .list("positiveSpan", spans(&it.positive_span))
        .list("positiveDelta", integers(&it.positive_delta))
        .list("positiveCount", floats(&it.positive_count))
        .list("exemplars", it.exemplars.iter().map(exemplar).collect())
        .done()
}

fn bucket(it: &Bucket) -> Value {
    Object::default()
        .put("cumulativeCount", it.cumulative_count.map(integer))
        .put("cumulativeCountFloat", it.cumulative_count_float.map(float))
        .put("upperBound", it.upper_bound.map(float))
        .put("exemplar", it.exemplar.as_ref().map(exemplar))
        .done()
}

fn span(it: &BucketSpan) -> Value {
    Object::default()
        .put("offset", it.offset.map(|it| float(it.into())))
        .put("length", it.length.map(|it| float(it.into())))
        .done()
}

fn exemplar(it: &Exemplar) -> Value {
    Object::default()
        .list("label", it.label.iter().map(label).collect())
        .put("value", it.value.map(float))
        .put("timestamp", it.timestamp.as_ref().map(time))
        .done()
}

/// 64-bit integers are strings in the JSON mapping.
fn integer(value: impl Into<i128>) -> Value {
    value.into().to_string().into()
}

fn float(value: f64) -> Value {
    if value.is_nan() {
        "NaN".into()
    } else if value == f64::INFINITY {
        "Infinity".into()
    } else if value == f64::NEG_INFINITY {
        "-Infinity".into()
    } else {
        value.into()
    }
}

fn time(it: &prost_types::Timestamp) -> Value {
    let text = it.to_string();
    // Three, six or nine digits after the point, or none.
    let Some((whole, fraction)) = text.strip_suffix('Z').and_then(|it| it.split_once('.')) else {
        return text.into();
    };
    let digits = fraction.len().next_multiple_of(3);
    format!("{whole}.{fraction:0<digits$}Z").into()
}

/// Converts numbers to floats: JSON does not distinguish 1 from 1.0, but `Value` does.
fn as_floats(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().into(),
        Value::Array(values) => values.into_iter().map(as_floats).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, as_floats(value)))
            .collect(),
        other => other,
    }
}
