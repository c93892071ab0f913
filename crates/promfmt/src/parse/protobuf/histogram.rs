use promcore::{Bucket, BucketSpan, FloatCounts, HistogramValue, NativeValue};

use super::family::Decoder;
use super::time;
use super::wire::Field;
use crate::parse::fault::Fault;
use crate::parse::limits::Limits;
use crate::parse::list;

/// A histogram whose counts may be integers, floats, or, from some senders, both.
#[derive(Default)]
pub(super) struct Histogram {
    value: HistogramValue,
    native: NativeValue,
    float: FloatCounts,
    is_native: bool,
    /// Whether there is the number of observations as an integer, and as a float.
    has_count: bool,
    has_float_count: bool,
}

impl Histogram {
    /// Decodes a histogram, and merges it with an earlier one.
    pub(super) fn decode(
        &mut self,
        field: &Field<'_>,
        decoder: &Decoder,
        limits: &Limits,
    ) -> Result<(), Fault> {
        let mut message = field.message()?;
        while let Some(field) = message.next()? {
            let (value, float, native) = (&mut self.value, &mut self.float, &mut self.native);
            match field.number {
                1 => value.count = field.uint64()?,
                2 => value.sum = field.double()?,
                3 => self.bucket(&field, decoder, limits)?,
                4 => float.count = field.double()?,
                5 => native.schema = field.sint32()?,
                6 => native.zero_threshold = field.double()?,
                7 => native.zero_count = field.uint64()?,
                8 => float.zero_count = field.double()?,
                9 => list::push(&mut native.negative.spans, span(&field)?),
                10 => field.sint64s(&mut native.negative.deltas)?,
                11 => field.doubles(&mut float.negative)?,
                12 => list::push(&mut native.positive.spans, span(&field)?),
                13 => field.sint64s(&mut native.positive.deltas)?,
                14 => field.doubles(&mut float.positive)?,
                15 => time::decode(&field, &mut value.created)?,
                16 => {
                    let mut exemplar = None;
                    decoder.exemplar(&field, &mut exemplar, limits)?;
                    native.exemplars.extend(exemplar);
                }
                _ => {}
            }
            self.has_count |= field.number == 1;
            self.has_float_count |= field.number == 4;
            self.is_native |= matches!(field.number, 5..=14 | 16);
        }
        Ok(())
    }

    fn bucket(
        &mut self,
        field: &Field<'_>,
        decoder: &Decoder,
        limits: &Limits,
    ) -> Result<(), Fault> {
        let mut message = field.message()?;
        let (mut bucket, mut float) = (Bucket::new(0.0, 0), 0.0);
        while let Some(field) = message.next()? {
            match field.number {
                1 => bucket.cumulative_count = field.uint64()?,
                2 => bucket.upper_bound = field.double()?,
                3 => decoder.exemplar(&field, &mut bucket.exemplar, limits)?,
                4 => float = field.double()?,
                _ => {}
            }
        }
        if float > 0.0 {
            // The buckets before had no float counts.
            self.float.buckets.resize(self.value.buckets.len(), 0.0);
            self.float.buckets.push(float);
        }
        list::push(&mut self.value.buckets, bucket);
        Ok(())
    }

    /// Makes a value from the decoded fields.
    pub(super) fn into_value(self) -> HistogramValue {
        let is_float = self.is_float();
        let Self {
            mut value,
            mut native,
            mut float,
            is_native,
            ..
        } = self;
        if is_float {
            float.buckets.resize(value.buckets.len(), 0.0);
            settle(&mut value.count, &mut float.count);
            settle(&mut native.zero_count, &mut float.zero_count);
            for (bucket, count) in value.buckets.iter_mut().zip(&mut float.buckets) {
                settle(&mut bucket.cumulative_count, count);
            }
            value.float = Some(Box::new(float));
        }
        value.native = is_native.then(|| Box::new(native));
        value
    }

    /// Reports whether the counts are floats: one is positive, as the schema defines it, or there are no integers.
    fn is_float(&self) -> bool {
        let float = &self.float;
        float.count > 0.0
            || float.zero_count > 0.0
            || [&float.buckets, &float.positive, &float.negative]
                .iter()
                .any(|it| !it.is_empty())
            || self.has_float_count && !self.has_count
    }
}

/// Makes the integer and the float of a count agree; the float wins if it is positive.
fn settle(whole: &mut u64, float: &mut f64) {
    if *float > 0.0 {
        *whole = *float as u64
    } else {
        *float = *whole as f64
    }
}

fn span(field: &Field<'_>) -> Result<BucketSpan, Fault> {
    let mut message = field.message()?;
    let mut span = BucketSpan::default();
    while let Some(field) = message.next()? {
        match field.number {
            1 => span.offset = field.sint32()?,
            2 => span.length = field.uint32()?,
            _ => {}
        }
    }
    Ok(span)
}
