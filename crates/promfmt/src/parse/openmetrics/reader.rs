use std::collections::HashSet;

use promcore::MetricFamily;

use super::family::Family;
use super::kind::{Kind, Role};
use super::line::{self, Sample};
use crate::parse::cursor::{Cursor, Escapes};
use crate::parse::fault::{Fault, Quoted};
use crate::parse::labels::Labels;
use crate::parse::limits::Limits;
use crate::parse::shape::Shape;

/// Reads lines into families.
#[derive(Default)]
pub(super) struct Reader {
    family: Option<Family>,
    /// A family that is complete.
    done: Option<MetricFamily>,
    /// All names that samples of earlier families may have.
    names: HashSet<String>,
    families: usize,
    series: usize,
    labels: Labels,
    shape: Shape<Role>,
    has_ended: bool,
}

impl Reader {
    /// Reads a line, which may complete a family; see [`take_done`](Self::take_done).
    pub(super) fn line(&mut self, line: &[u8], limits: &Limits) -> Result<(), Fault> {
        if self.has_ended {
            return Err(Fault::new(0, "there is something behind # EOF"));
        }
        match line {
            b"# EOF" | b"# EOF\n" => {
                self.has_ended = true;
                self.finish()
            }
            b"\n" => Err(Fault::new(0, "the line is empty")),
            [b'#', ..] => self.metadata(line, limits),
            _ => self.sample(line, limits),
        }
    }

    pub(super) fn take_done(&mut self) -> Option<MetricFamily> {
        self.done.take()
    }

    /// Checks that the text may end here.
    pub(super) fn end(&self) -> Result<(), Fault> {
        if self.has_ended {
            Ok(())
        } else {
            Err(Fault::new(0, "there is no # EOF at the end"))
        }
    }

    fn metadata(&mut self, line: &[u8], limits: &Limits) -> Result<(), Fault> {
        self.shape.forget();
        let metadata = line::metadata(line)?;
        if let Some(family) = self.family.as_mut().filter(|it| it.name == metadata.name) {
            return family.describe(&metadata);
        }
        self.begin(&metadata.name, None, limits)?
            .describe(&metadata)
    }

    fn sample(&mut self, line: &[u8], limits: &Limits) -> Result<(), Fault> {
        let mut cursor = Cursor::new(line, Escapes::Keep);
        if let Some((role, _)) = self.shape.read(&mut cursor, &mut self.labels) {
            let sample = line::sample(&mut cursor, limits)?;
            return self.add(role, sample, limits);
        }
        self.shape.forget();
        let mut cursor = Cursor::new(line, Escapes::Keep);
        let name = line::subject(&mut cursor, &mut self.labels, &mut self.shape, limits)?;
        let subject = cursor.passed();
        let sample = line::sample(&mut cursor, limits)?;
        let family = self.family.as_ref();
        let role = match family.and_then(|family| family.role(&name)) {
            Some(role) => role,
            None => {
                self.begin(&name, Some(Kind::Unknown), limits)?;
                Role::Value
            }
        };
        self.shape.keep(subject, role);
        self.add(role, sample, limits)
    }

    fn add(&mut self, role: Role, sample: Sample, limits: &Limits) -> Result<(), Fault> {
        let Some(family) = &mut self.family else {
            return Ok(());
        };
        // A label that was removed can be reused only if it was the last.
        let own = family.kind().own_label(role);
        let last = self.labels.as_slice().last();
        if own.is_some_and(|own| last.is_some_and(|last| last.name != own)) {
            self.shape.forget();
        }
        family.add(role, sample, &mut self.labels, limits)
    }

    /// Ends the current family and begins the next one.
    fn begin(
        &mut self,
        name: &str,
        kind: Option<Kind>,
        limits: &Limits,
    ) -> Result<&mut Family, Fault> {
        self.finish()?;
        if self.families >= limits.series {
            let message = format!("there are more than {} families", limits.series);
            return Err(Fault::limit(0, message));
        }
        self.families += 1;
        Ok(self.family.insert(Family::new(name, kind, self.series)))
    }

    fn finish(&mut self) -> Result<(), Fault> {
        let Some(family) = self.family.take() else {
            return Ok(());
        };
        self.series = family.series;
        let suffixes = family.kind().suffixes().iter().map(|(suffix, _)| *suffix);
        let suffixes = suffixes.filter(|suffix| !suffix.is_empty());
        for suffix in suffixes.chain([""]) {
            let name = format!("{}{suffix}", family.name);
            if let Some(name) = self.names.replace(name) {
                let message = format!("the name {} is taken", Quoted(name.as_bytes()));
                return Err(Fault::new(0, message));
            }
        }
        let family = family.finish()?;
        self.done = Some(family).filter(|family| !family.metrics.is_empty());
        Ok(())
    }
}
