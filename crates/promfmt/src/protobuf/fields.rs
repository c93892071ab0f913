//! What the forms of protobuf have in common: messages are made of fields.

/// A field of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) number: u32,
    pub(super) name: &'static str,
    /// Fields with a smaller one stand before it where the schema declares them.
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

    /// Says that the schema declares the field right behind the one with this number.
    pub(super) const fn declared_behind(mut self, number: u32) -> Self {
        self.place = 2 * number + 1;
        self
    }
}

/// Takes the fields of a message, one after the other, in the order of their numbers.
pub(super) trait Fields {
    /// Takes a text.
    fn string(&mut self, field: Field, text: &str);

    /// Takes a float.
    fn float(&mut self, field: Field, value: f64);

    /// Takes an integer that is not negative.
    fn uint(&mut self, field: Field, value: u64);

    /// Takes an integer that is hardly ever negative.
    fn int(&mut self, field: Field, value: i64);

    /// Takes an integer that may as well be negative.
    fn sint(&mut self, field: Field, value: i64);

    /// Takes a value of an enumeration: its number and its name.
    fn symbol(&mut self, field: Field, number: u32, name: &str);

    /// Takes a message, whose fields `write` writes.
    fn message(&mut self, field: Field, write: impl FnOnce(&mut Self));
}
