//! Gathers, checks and encodes the body of a push.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;

use bytes::Bytes;
use promcore::{FamilyHead, Flow, Scrape, Series, Sink};
use promfmt::{Encoder, Format};

use crate::Error;

/// The label that every group has.
pub(crate) const JOB: &str = "job";

/// Encodes a scrape for a group with these labels.
pub(crate) fn encode(scrape: &Scrape, format: Format, group: &[String]) -> Result<Bytes, Error> {
    let scrape = scrape.clone().fit(&format.demands());
    if !scrape.errors().is_empty() {
        return Err(Error::Gather(scrape.errors().to_vec()));
    }
    let mut checked = Checked {
        encoder: Encoder::new(Vec::new(), format),
        group,
        family: String::new(),
        clash: None,
    };
    // Writing to memory cannot fail, so only a clash stops it.
    let _ = scrape.write(&mut checked);
    if let Some(clash) = checked.clash {
        return Err(clash);
    }
    let body = checked.encoder.finish();
    body.map(Bytes::from).map_err(refused)
}

fn refused(error: io::Error) -> Error {
    Error::Encode(Arc::new(error))
}

/// Passes everything to the encoder except metrics with a label of the group.
struct Checked<'a> {
    encoder: Encoder<Vec<u8>>,
    group: &'a [String],
    family: String,
    clash: Option<Error>,
}

impl Sink for Checked<'_> {
    fn family(&mut self, family: &FamilyHead<'_>) -> Flow {
        family.name.clone_into(&mut self.family);
        self.encoder.family(family)
    }

    fn series(&mut self, series: &Series<'_>) -> Flow {
        let labels = series.labels.to_pairs().into_iter().map(|label| label.name);
        let is_taken = |label: &String| label == JOB || self.group.contains(label);
        if let Some(label) = labels.into_iter().find(is_taken) {
            self.clash = Some(Error::GroupingLabel {
                metric: self.family.clone(),
                label,
            });
            return ControlFlow::Break(());
        }
        self.encoder.series(series)
    }

    fn wants_created(&self) -> bool {
        self.encoder.wants_created()
    }
}
