//! Fields, independent of how they are written.

/// A field of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) number: u32,
    pub(super) name: &'static str,
    /// The position of its declaration in the schema: fields with a smaller one are declared before it.
    pub(super) place: u32,
}

impl Field {
    pub(super) const fn new(number: u32, name: &'static str) -> Self {
        Self {
            number,
            name,
            place: 2 * number,
        }
    }

    /// Sets that the schema declares the field right after the one with this number.
    pub(super) const fn declared_behind(mut self, number: u32) -> Self {
        self.place = 2 * number + 1;
        self
    }
}

/// Writes the fields of a message, in the order of their numbers.
pub(super) trait Fields {
    /// Writes a text.
    fn string(&mut self, field: Field, text: &str);

    /// Writes a float.
    fn float(&mut self, field: Field, value: f64);

    /// Writes an integer that is not negative.
    fn uint(&mut self, field: Field, value: u64);

    /// Writes an integer that is rarely negative.
    fn int(&mut self, field: Field, value: i64);

    /// Writes an integer that is often negative.
    fn sint(&mut self, field: Field, value: i64);

    /// Writes a value of an enum: its number or its name.
    fn symbol(&mut self, field: Field, number: u32, name: &str);

    /// Writes a message with the fields that `write` writes.
    fn message(&mut self, field: Field, write: impl FnOnce(&mut Self));
}
