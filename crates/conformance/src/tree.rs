//! Converts the snapshot tree to the JSON mapping of protobuf.

use promcore::{
    Bucket, BucketSpan, CounterValue, Exemplar, HistogramValue, LabelPair, Metric, MetricFamily,
    MetricType, MetricValue, NativeValue, Quantile, SummaryValue, Timestamp,
};
use serde_json::{Map, Value, json};

/// Converts families, without unset fields.
pub(crate) fn to_json(families: &[MetricFamily]) -> Value {
    families.iter().map(family).collect()
}

fn family(family: &MetricFamily) -> Value {
    let mut json = Map::new();
    put(&mut json, "name", json!(family.name));
    put(&mut json, "help", json!(family.help));
    put(&mut json, "type", json!(type_name(family.kind)));
    if !family.unit.is_empty() {
        put(&mut json, "unit", json!(family.unit));
    }
    put_list(&mut json, "metric", &family.metrics, metric);
    Value::Object(json)
}

fn type_name(kind: MetricType) -> String {
    match kind {
        MetricType::GaugeHistogram => "GAUGE_HISTOGRAM".to_owned(),
        kind => kind.as_str().to_uppercase(),
    }
}

fn metric(metric: &Metric) -> Value {
    let mut json = Map::new();
    put_list(&mut json, "label", &metric.labels, label);
    match &metric.value {
        MetricValue::Counter(value) => put(&mut json, "counter", counter(value)),
        MetricValue::Gauge(value) => put(&mut json, "gauge", json!({"value": float(*value)})),
        MetricValue::Untyped(value) => put(&mut json, "untyped", json!({"value": float(*value)})),
        MetricValue::GaugeHistogram(value) | MetricValue::Histogram(value) => {
            put(&mut json, "histogram", histogram(value));
        }
        MetricValue::Summary(value) => put(&mut json, "summary", summary(value)),
        other => put(&mut json, "unknown", json!(format!("{other:?}"))),
    }
    if let Some(ms) = metric.timestamp_ms {
        put(&mut json, "timestampMs", json!(ms.to_string()));
    }
    Value::Object(json)
}

fn label(label: &LabelPair) -> Value {
    json!({"name": label.name, "value": label.value})
}

fn counter(counter: &CounterValue) -> Value {
    let mut json = Map::new();
    put(&mut json, "value", float(counter.value));
    put_exemplar(&mut json, counter.exemplar.as_ref());
    put_time(&mut json, "createdTimestamp", counter.created);
    Value::Object(json)
}

fn histogram(histogram: &HistogramValue) -> Value {
    let mut json = Map::new();
    let is_float = histogram.float.is_some();
    put_count(
        &mut json,
        "sampleCount",
        is_float,
        histogram.count,
        histogram.count_as_f64(),
    );
    put(&mut json, "sampleSum", float(histogram.sum));
    let buckets = histogram.buckets_as_f64();
    let buckets = buckets.map(|(it, count)| bucket(it, is_float, count));
    put_list(
        &mut json,
        "bucket",
        &buckets.collect::<Vec<_>>(),
        Value::clone,
    );
    if let Some(native) = &histogram.native {
        put_native(&mut json, native);
    }
    put_time(&mut json, "createdTimestamp", histogram.created);
    Value::Object(json)
}

fn put_native(json: &mut Map<String, Value>, native: &NativeValue) {
    put(json, "schema", json!(native.schema));
    put(json, "zeroThreshold", float(native.zero_threshold));
    put(json, "zeroCount", json!(native.zero_count.to_string()));
    for (sign, buckets) in [
        ("positive", &native.positive),
        ("negative", &native.negative),
    ] {
        put_list(json, &format!("{sign}Span"), &buckets.spans, span);
        put_list(json, &format!("{sign}Delta"), &buckets.deltas, |delta| {
            json!(delta.to_string())
        });
    }
    put_list(json, "exemplars", &native.exemplars, exemplar);
}

fn span(span: &BucketSpan) -> Value {
    json!({"offset": span.offset, "length": span.length})
}

fn bucket(bucket: &Bucket, is_float: bool, count: f64) -> Value {
    let mut json = Map::new();
    put_count(
        &mut json,
        "cumulativeCount",
        is_float,
        bucket.cumulative_count,
        count,
    );
    put(&mut json, "upperBound", float(bucket.upper_bound));
    put_exemplar(&mut json, bucket.exemplar.as_ref());
    Value::Object(json)
}

fn summary(summary: &SummaryValue) -> Value {
    let mut json = Map::new();
    put(&mut json, "sampleCount", json!(summary.count.to_string()));
    put(&mut json, "sampleSum", float(summary.sum));
    put_list(&mut json, "quantile", &summary.quantiles, quantile);
    put_time(&mut json, "createdTimestamp", summary.created);
    Value::Object(json)
}

fn quantile(quantile: &Quantile) -> Value {
    json!({"quantile": float(quantile.quantile), "value": float(quantile.value)})
}

fn put_exemplar(json: &mut Map<String, Value>, found: Option<&Exemplar>) {
    if let Some(found) = found {
        put(json, "exemplar", exemplar(found));
    }
}

fn exemplar(exemplar: &Exemplar) -> Value {
    let mut json = Map::new();
    put_list(&mut json, "label", &exemplar.labels, label);
    put(&mut json, "value", float(exemplar.value));
    put_time(&mut json, "timestamp", exemplar.timestamp);
    Value::Object(json)
}

fn put_list<T>(json: &mut Map<String, Value>, key: &str, list: &[T], item: fn(&T) -> Value) {
    if !list.is_empty() {
        put(json, key, list.iter().map(item).collect());
    }
}

/// Adds a count, under another name if it is a float.
fn put_count(json: &mut Map<String, Value>, key: &str, is_float: bool, whole: u64, count: f64) {
    if is_float {
        put(json, &format!("{key}Float"), float(count))
    } else {
        put(json, key, json!(whole.to_string()))
    }
}

fn put_time(json: &mut Map<String, Value>, key: &str, time: Option<Timestamp>) {
    if let Some(time) = time {
        put(json, key, json!(rfc3339(time.unix_nanos())));
    }
}

fn put(json: &mut Map<String, Value>, key: &str, value: Value) {
    json.insert(key.to_owned(), value);
}

fn float(value: f64) -> Value {
    if value.is_nan() {
        json!("NaN")
    } else if value == f64::INFINITY {
        json!("Infinity")
    } else if value == f64::NEG_INFINITY {
        json!("-Infinity")
    } else {
        json!(value)
    }
}

/// Formats nanoseconds since the epoch like protobuf, with 0, 3, 6 or 9 digits after the point.
fn rfc3339(nanos: i64) -> String {
    const NANOS: i64 = 1_000_000_000;
    let (secs, fraction) = (nanos.div_euclid(NANOS), nanos.rem_euclid(NANOS));
    let (days, secs) = (secs.div_euclid(86_400), secs.rem_euclid(86_400));
    let (year, month, day) = date(days);
    let (hour, minute, second) = (secs / 3600, secs / 60 % 60, secs % 60);
    let fraction = match fraction {
        0 => String::new(),
        _ if fraction % 1_000_000 == 0 => format!(".{:03}", fraction / 1_000_000),
        _ if fraction % 1_000 == 0 => format!(".{:06}", fraction / 1_000),
        _ => format!(".{fraction:09}"),
    };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

/// Converts days since the epoch to a Gregorian date; years begin in March, so that the leap day is last.
const fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + (month <= 2) as i64;
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(nanos: i64, expected: &str) {
        assert_eq!(rfc3339(nanos), expected);
    }

    #[test]
    fn times_are_written_as_protobuf_does() {
        check(0, "1970-01-01T00:00:00Z");
        check(1_700_000_000_123_000_000, "2023-11-14T22:13:20.123Z");
        check(1_600_000_000_000_000_000, "2020-09-13T12:26:40Z");
        check(951_782_400_000_001_000, "2000-02-29T00:00:00.000001Z");
        check(-1, "1969-12-31T23:59:59.999999999Z");
    }

    #[test]
    fn floats_keep_their_specials() {
        assert_eq!(float(f64::NAN), json!("NaN"));
        assert_eq!(float(f64::NEG_INFINITY), json!("-Infinity"));
        assert_eq!(float(-0.0).to_string(), "-0.0");
    }
}
