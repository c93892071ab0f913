//! The protobuf format and its text forms.

mod fields; // What the forms have in common.
mod prototext; // Fields as text.
mod schema; // Which fields there are.
mod wire; // Fields as bytes.

use std::io;

use promcore::{FamilyHead, Flow, Series, Sink};

use self::prototext::Prototext;
use self::schema::Schema;
use self::wire::Wire;
use crate::escape::Escaping;
use crate::output::Output;

/// Writes metrics in protobuf, each family with its length before it.
///
/// As the length comes first, a family is kept until it is complete; the next one uses its memory again.
#[derive(Debug)]
pub(crate) struct DelimitedEncoder<W> {
    output: Output<W>,
    wire: Wire,
    schema: Schema,
}

impl<W: io::Write> DelimitedEncoder<W> {
    pub(crate) fn new(out: W, escaping: Escaping) -> Self {
        Self {
            output: Output::new(out),
            wire: Wire::default(),
            schema: Schema::new(escaping),
        }
    }

    /// Ends the family that is being written, if there is one.
    fn end_family(&mut self) -> Flow {
        if self.schema.end(&mut self.wire) {
            return self.output.write(self.wire.finish());
        }
        Flow::Continue(())
    }

    pub(crate) fn finish(mut self) -> io::Result<W> {
        let _ = self.end_family();
        self.output.finish()
    }
}

impl<W: io::Write> Sink for DelimitedEncoder<W> {
    fn family(&mut self, family: &FamilyHead<'_>) -> Flow {
        self.end_family()?;
        self.wire.begin();
        self.schema.begin(family, &mut self.wire);
        Flow::Continue(())
    }

    fn series(&mut self, series: &Series<'_>) -> Flow {
        self.schema.metric(series, &mut self.wire);
        Flow::Continue(())
    }
}

/// Writes metrics in the text form of protobuf.
#[derive(Debug)]
pub(crate) struct PrototextEncoder<W> {
    output: Output<W>,
    text: Prototext,
    schema: Schema,
}

impl<W: io::Write> PrototextEncoder<W> {
    /// Makes an encoder that writes each family on a line of its own, or each field.
    pub(crate) fn new(out: W, escaping: Escaping, is_compact: bool) -> Self {
        Self {
            output: Output::new(out),
            text: Prototext::new(is_compact),
            schema: Schema::new(escaping),
        }
    }

    fn end_family(&mut self) -> Flow {
        if self.schema.end(&mut self.text) {
            self.text.finish();
        }
        self.write()
    }

    /// Writes what there is of the text.
    fn write(&mut self) -> Flow {
        let flow = self.output.write(&self.text.text);
        self.text.text.clear();
        flow
    }

    pub(crate) fn finish(mut self) -> io::Result<W> {
        let _ = self.end_family();
        self.output.finish()
    }
}

impl<W: io::Write> Sink for PrototextEncoder<W> {
    fn family(&mut self, family: &FamilyHead<'_>) -> Flow {
        self.end_family()?;
        self.schema.begin(family, &mut self.text);
        Flow::Continue(())
    }

    fn series(&mut self, series: &Series<'_>) -> Flow {
        self.schema.metric(series, &mut self.text);
        self.write()
    }
}
