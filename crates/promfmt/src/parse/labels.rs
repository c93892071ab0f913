use promcore::LabelPair;

use super::fault::Fault;
use super::limits::Limits;

/// The labels of the current line, in memory that is reused.
#[derive(Debug, Default)]
pub(super) struct Labels {
    /// The labels of this line, followed by some of earlier lines.
    pairs: Vec<LabelPair>,
    len: usize,
}

impl Labels {
    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    pub(super) fn as_slice(&self) -> &[LabelPair] {
        &self.pairs[..self.len]
    }

    /// Reports whether there is a label of that name.
    #[inline]
    pub(super) fn has(&self, name: &str) -> bool {
        self.as_slice().iter().any(|label| label.name == name)
    }

    /// Adds a label.
    #[inline]
    pub(super) fn push(
        &mut self,
        name: &str,
        value: &str,
        at: usize,
        limits: &Limits,
    ) -> Result<(), Fault> {
        if self.len >= limits.labels {
            let message = format!("there are more than {} labels", limits.labels);
            return Err(Fault::limit(at, message));
        }
        if self.len == self.pairs.len() {
            self.pairs.push(LabelPair::default());
        }
        let pair = &mut self.pairs[self.len];
        pair.name.clear();
        pair.name.push_str(name);
        pair.value.clear();
        pair.value.push_str(value);
        self.len += 1;
        Ok(())
    }

    /// Reuses a label of the previous line, which becomes the last one, with a new value, if that is valid.
    #[inline]
    pub(super) fn again(&mut self, label: usize, value: &[u8]) -> Option<()> {
        let pair = self.pairs.get_mut(label)?;
        self.len = label + 1;
        // The first labels of sorted series rarely change.
        if pair.value.as_bytes() != value {
            let value = str::from_utf8(value).ok()?;
            pair.value.clear();
            pair.value.push_str(value);
        }
        Some(())
    }

    /// Removes the label of that name; if it was the last one, the next line may reuse it with [`again`](Self::again).
    pub(super) fn take(&mut self, name: &str) -> Option<&LabelPair> {
        let pairs = &mut self.pairs[..self.len];
        let at = pairs.iter().position(|label| label.name == name)?;
        pairs[at..].rotate_left(1);
        self.len -= 1;
        self.pairs.get(self.len)
    }
}

/// Returns a key that is the same for equal labels, in any order, and different for all others.
pub(super) fn key<'a>(labels: impl IntoIterator<Item = &'a LabelPair>) -> Vec<u8> {
    let mut sorted: Vec<_> = labels.into_iter().collect();
    sorted.sort_unstable();
    let texts = sorted.iter().flat_map(|label| [&label.name, &label.value]);
    let len = texts
        .clone()
        .map(|text| size_of::<usize>() + text.len())
        .sum();
    let mut key = Vec::with_capacity(len);
    for text in texts {
        key.extend_from_slice(&text.len().to_le_bytes());
        key.extend_from_slice(text.as_bytes());
    }
    key
}
