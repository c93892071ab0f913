use promcore::Timestamp;

use super::wire::Field;
use crate::parse::fault::Fault;

const NANOS: i64 = 1_000_000_000;

/// Decodes a timestamp, and merges it with an earlier one; the result is clamped to the representable range.
pub(super) fn decode(field: &Field<'_>, time: &mut Option<Timestamp>) -> Result<(), Fault> {
    let mut message = field.message()?;
    let before = time.map_or(0, Timestamp::unix_nanos);
    let (mut seconds, mut nanos) = (before.div_euclid(NANOS), before.rem_euclid(NANOS));
    while let Some(field) = message.next()? {
        match field.number {
            1 => seconds = field.int64()?,
            2 => nanos = field.int32()?.into(),
            _ => {}
        }
    }
    let nanos = i128::from(seconds) * i128::from(NANOS) + i128::from(nanos);
    let nanos = nanos.clamp(i64::MIN.into(), i64::MAX.into());
    *time = Some(Timestamp::from_unix_nanos(nanos as i64));
    Ok(())
}
