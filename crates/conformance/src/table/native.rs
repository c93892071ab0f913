//! Native buckets of a histogram.

use promcore::{Histogram, HistogramOpts, NativeValue};
use serde_json::{Value, json};

use crate::compare::{Difference, Output};
use crate::corpus::{BoundsExpected, Float, SchemaExpected};
use crate::outcome::Outcome;

/// Compares the schema for a factor.
pub(crate) fn schema(factor: f64, expected: &SchemaExpected) -> Outcome {
    let theirs = match expected {
        SchemaExpected::Schema(schema) => json!(schema),
        // A factor that Go refuses here makes no native histogram.
        SchemaExpected::Panic(_) => Value::Null,
    };
    let ours = observed(factor, &[]).map(|native| native.schema);
    compare("schema", theirs, json!(ours))
}

/// Compares the bucket of a value.
pub(crate) fn index(value: f64, schema: i32, expected: Value) -> Outcome {
    compare("index", expected, bucket(value, schema))
}

/// Compares the bounds of buckets: each bound is the last value of its bucket.
pub(crate) fn bounds(schema: i32, expected: &BoundsExpected) -> Outcome {
    let number = |index: usize| index as i32 - (1 << schema);
    let ours = expected.bounds.iter().map(|Float(bound)| {
        [*bound, bound.next_up()].map(|value| bucket(value, schema)["index"].clone())
    });
    let theirs = (0..expected.bounds.len()).map(|at| [number(at), number(at + 1)]);
    compare(
        "bounds",
        json!(theirs.collect::<Vec<_>>()),
        json!(ours.collect::<Vec<_>>()),
    )
}

fn compare(output: &'static str, theirs: Value, ours: Value) -> Outcome {
    Outcome::compared(Difference::find(
        output,
        Output::Json(theirs),
        Output::Json(ours),
    ))
}

/// Returns the bucket of an observation of `value`, in the form of the corpus.
fn bucket(value: f64, schema: i32) -> Value {
    // Slightly more than the factor of the schema.
    let factor = 2_f64.powf(2_f64.powi(-schema)) * 1.000_01;
    let Some(native) = observed(factor, &[value]).filter(|native| native.schema == schema) else {
        return Value::Null;
    };
    if native.zero_count == 1 {
        return json!({"side": "zero"});
    }
    let sides = [
        ("positive", &native.positive),
        ("negative", &native.negative),
    ];
    let first = |(side, buckets): (&str, &promcore::NativeBuckets)| {
        let (index, _) = buckets.counts().next()?;
        Some(json!({"side": side, "index": index}))
    };
    let found = sides.into_iter().find_map(first);
    found.unwrap_or_else(|| json!({"side": "none"}))
}

fn observed(factor: f64, values: &[f64]) -> Option<NativeValue> {
    let opts = HistogramOpts::new("h", "")
        .native_bucket_factor(factor)
        .native_zero_threshold(0.0);
    let histogram = Histogram::with_opts(opts).ok()?;
    values.iter().for_each(|&value| histogram.observe(value));
    histogram.snapshot().native.map(|native| *native)
}
