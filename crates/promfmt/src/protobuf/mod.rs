//! The protobuf format and its text forms.

mod delimited; // Length-delimited families.
mod fields; // Fields, independent of how they are written.
mod labels; // Encoded labels.
mod prototext; // Fields as text.
mod schema; // The messages and their fields.
mod wire; // Fields as bytes.

use std::io;

use promcore::{FamilyHead, Flow, Series, Sink};

pub(crate) use self::delimited::DelimitedEncoder;
use self::prototext::Prototext;
use self::schema::Schema;
use crate::escape::Escaping;
use crate::output::Output;

/// Writes metrics in the text form of protobuf.
#[derive(Debug)]
pub(crate) struct PrototextEncoder<W> {
    output: Output<W>,
    text: Prototext,
    schema: Schema,
}

impl<W: io::Write> PrototextEncoder<W> {
    /// Makes an encoder that writes one family per line if it is compact, and one field per line otherwise.
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

    /// Writes out the text so far.
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
        let labels = |out: &mut Prototext| self.schema.labels(&series.labels, out);
        Schema::metric(series, labels, &mut self.text);
        self.write()
    }
}
