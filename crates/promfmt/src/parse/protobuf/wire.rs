//! The wire format.

use std::borrow::Cow;

use crate::parse::fault::{Fault, Quoted};

/// The maximum nesting of groups, as in other decoders.
const MAX_GROUPS: usize = 100;

/// The largest field number.
const MAX_FIELDS: u64 = (1 << 29) - 1;

/// A message, or the rest of it.
#[derive(Clone, Copy)]
pub(super) struct Message<'a> {
    /// The outermost message, since positions are relative to its start.
    whole: &'a [u8],
    at: usize,
    end: usize,
}

/// A field of a message.
pub(super) struct Field<'a> {
    pub(super) number: u64,
    /// The number of bytes before it.
    pub(super) at: usize,
    value: Value<'a>,
}

enum Value<'a> {
    Varint(u64),
    Fixed64(u64),
    /// A text, a message, or packed numbers.
    Bytes(Message<'a>),
    /// A wire type that no known field has.
    Other,
}

/// A number of variable length, lowest bits first.
#[derive(Default)]
pub(super) struct Varint {
    value: u64,
    shift: u32,
}

impl Varint {
    /// Adds a byte, and returns the number if that was the last one.
    #[inline]
    pub(super) fn push(&mut self, byte: u8) -> Result<Option<u64>, &'static str> {
        // The tenth byte has one bit of the number.
        if self.shift == 63 && byte > 1 {
            return Err("a number has more than 64 bits");
        }
        self.value |= u64::from(byte & 0x7f) << self.shift;
        self.shift += 7;
        Ok((byte < 0x80).then_some(self.value))
    }
}

impl<'a> Message<'a> {
    pub(super) fn new(whole: &'a [u8]) -> Self {
        Self {
            whole,
            at: 0,
            end: whole.len(),
        }
    }

    /// Returns the number of bytes before the next field.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    fn bytes(&self) -> &'a [u8] {
        &self.whole[self.at..self.end]
    }

    /// Reads a field; returns `None` at the end of the message.
    pub(super) fn next(&mut self) -> Result<Option<Field<'a>>, Fault> {
        if self.at == self.end {
            return Ok(None);
        }
        let at = self.at;
        let (number, form) = self.key()?;
        let value = match form {
            3 => self.skip_group(number)?,
            form => self.value(form, at)?,
        };
        Ok(Some(Field { number, at, value }))
    }

    /// Reads a field number and a wire type.
    fn key(&mut self) -> Result<(u64, u8), Fault> {
        let at = self.at;
        let key = self.varint()?;
        let number = key >> 3;
        if !(1..=MAX_FIELDS).contains(&number) {
            let message = format!("a field has the number {number}");
            return Err(Fault::new(at, message));
        }
        Ok((number, key as u8 & 7))
    }

    fn value(&mut self, form: u8, at: usize) -> Result<Value<'a>, Fault> {
        Ok(match form {
            0 => Value::Varint(self.varint()?),
            1 => Value::Fixed64(u64::from_le_bytes(self.array()?)),
            2 => {
                let len = self.varint()?;
                Value::Bytes(self.split(len)?)
            }
            5 => {
                self.array::<4>()?;
                Value::Other
            }
            4 => return Err(Fault::new(at, "a group ends that did not begin")),
            form => {
                let message = format!("a field has the unknown form {form}");
                return Err(Fault::new(at, message));
            }
        })
    }

    /// Skips a group, an old form of messages.
    fn skip_group(&mut self, number: u64) -> Result<Value<'a>, Fault> {
        let mut open = vec![number];
        while let Some(&innermost) = open.last() {
            let at = self.at;
            match self.key()? {
                (_, 3) if open.len() == MAX_GROUPS => {
                    let message = format!("there are more than {MAX_GROUPS} groups in each other");
                    return Err(Fault::limit(at, message));
                }
                (number, 3) => open.push(number),
                (number, 4) if number == innermost => {
                    open.pop();
                }
                (_, form) => {
                    self.value(form, at)?;
                }
            }
        }
        Ok(Value::Other)
    }

    #[inline]
    fn varint(&mut self) -> Result<u64, Fault> {
        let start = self.at;
        let mut varint = Varint::default();
        loop {
            let [byte] = self.array()?;
            let number = varint.push(byte);
            if let Some(number) = number.map_err(|message| Fault::new(start, message))? {
                return Ok(number);
            }
        }
    }

    #[inline]
    fn array<const LEN: usize>(&mut self) -> Result<[u8; LEN], Fault> {
        match self.bytes().first_chunk() {
            Some(array) => {
                self.at += LEN;
                Ok(*array)
            }
            None => Err(self.cut_off()),
        }
    }

    /// Splits off a message of this length.
    fn split(&mut self, len: u64) -> Result<Self, Fault> {
        if len > (self.end - self.at) as u64 {
            return Err(self.cut_off());
        }
        let end = self.at + len as usize;
        let inner = Self { end, ..*self };
        self.at = end;
        Ok(inner)
    }

    #[cold]
    fn cut_off(&self) -> Fault {
        Fault::new(self.end, "a message ends within a field")
    }
}

// The methods are named after the field types of the schema.
impl<'a> Field<'a> {
    pub(super) fn message(&self) -> Result<Message<'a>, Fault> {
        match self.value {
            Value::Bytes(message) => Ok(message),
            _ => Err(self.is_no("message or text")),
        }
    }

    /// Returns the field as a text; an error calls it `what`.
    pub(super) fn string(&self, what: &str) -> Result<&'a str, Fault> {
        let message = self.message()?;
        str::from_utf8(message.bytes()).map_err(|_| {
            let bytes = Quoted(message.bytes());
            Fault::new(message.at(), format!("invalid {what} {bytes}"))
        })
    }

    /// Returns the field as a text, repaired if it is not UTF-8.
    pub(super) fn lossy_string(&self) -> Result<Cow<'a, str>, Fault> {
        let message = self.message()?;
        Ok(String::from_utf8_lossy(message.bytes()))
    }

    pub(super) fn double(&self) -> Result<f64, Fault> {
        match self.value {
            Value::Fixed64(bits) => Ok(f64::from_bits(bits)),
            _ => Err(self.is_no("float")),
        }
    }

    pub(super) fn uint64(&self) -> Result<u64, Fault> {
        match self.value {
            Value::Varint(value) => Ok(value),
            _ => Err(self.is_no("whole number")),
        }
    }

    /// Returns the field as a 32-bit number; higher bits are dropped.
    pub(super) fn uint32(&self) -> Result<u32, Fault> {
        self.uint64().map(|value| value as u32)
    }

    pub(super) fn int64(&self) -> Result<i64, Fault> {
        self.uint64().map(u64::cast_signed)
    }

    pub(super) fn int32(&self) -> Result<i32, Fault> {
        self.uint32().map(u32::cast_signed)
    }

    pub(super) fn sint32(&self) -> Result<i32, Fault> {
        let value = self.uint32()?;
        Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    /// Appends the number of the field, or its packed numbers.
    pub(super) fn sint64s(&self, out: &mut Vec<i64>) -> Result<(), Fault> {
        let Value::Bytes(mut packed) = self.value else {
            out.push(unzigzag(self.uint64()?));
            return Ok(());
        };
        while packed.at < packed.end {
            out.push(unzigzag(packed.varint()?));
        }
        Ok(())
    }

    /// Appends the number of the field, or its packed numbers.
    pub(super) fn doubles(&self, out: &mut Vec<f64>) -> Result<(), Fault> {
        let Value::Bytes(mut packed) = self.value else {
            out.push(self.double()?);
            return Ok(());
        };
        while packed.at < packed.end {
            out.push(f64::from_le_bytes(packed.array()?));
        }
        Ok(())
    }

    fn is_no(&self, expected: &str) -> Fault {
        let message = format!("field {} is no {expected}", self.number);
        Fault::new(self.at, message)
    }
}

/// Decodes a zigzag number, whose lowest bit is the sign.
fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}
