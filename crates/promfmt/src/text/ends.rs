//! What lines end with.

use super::dialect::Dialect;
use crate::number::{ROOM, small};

/// What a line with labels ends with: the closing brace, a space, the value and a line feed.
///
/// The ends of many lines are made before the lines, so that the loops that make the one and the other are short and keep all they need in registers.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    /// The text, with rubbish behind.
    pub(super) text: [u8; END],
    /// How many bytes the text has.
    pub(super) len: u8,
}

/// Most bytes that an end has: those of a float and three more.
pub(super) const END: usize = 2 + ROOM + 1;

/// Makes the ends of lines with these values.
pub(super) fn make(values: &[f64], dialect: Dialect, ends: &mut Vec<End>) {
    let none = End {
        text: [0; END],
        len: 0,
    };
    ends.resize(values.len(), none);
    let usual = match dialect {
        Dialect::Plain => &PLAIN,
        Dialect::OpenMetrics { .. } => &OPEN_METRICS,
    };
    for (end, &value) in ends.iter_mut().zip(values) {
        match small(value).and_then(|value| usual.get(value as usize)) {
            Some(usual) => end.set_usual(usual),
            None => end.set(value, dialect),
        }
    }
}

impl End {
    /// Makes it the end for a value.
    // In place: what is written in small pieces and copied at once is waited for.
    fn set(&mut self, value: f64, dialect: Dialect) {
        self.text[..2].copy_from_slice(BEFORE);
        let number = self.text[2..].first_chunk_mut();
        let len = dialect.write_float(value, number.expect("there is room for a float"));
        self.text[2 + len] = b'\n';
        self.len = 2 + len as u8 + 1;
    }

    /// Makes it one of the usual ends.
    #[inline(always)]
    fn set_usual(&mut self, usual: &[u8; 8]) {
        self.text[..2].copy_from_slice(BEFORE);
        self.text[2..10].copy_from_slice(usual);
        self.len = 2 + usual[7];
    }
}

/// What is before the value.
const BEFORE: &[u8; 2] = b"} ";

/// The numbers below a thousand with what is behind them, and in the last byte how long that is.
type Usual = [[u8; 8]; 1_000];

static PLAIN: Usual = usual(b"\n");

static OPEN_METRICS: Usual = usual(b".0\n");

const fn usual(behind: &[u8]) -> Usual {
    let mut all = [[0; 8]; 1_000];
    let mut value = 0;
    while value < all.len() {
        let (text, mut len) = (&mut all[value], 0);
        let mut unit = if value < 10 {
            1
        } else if value < 100 {
            10
        } else {
            100
        };
        while unit > 0 {
            text[len] = b'0' + (value / unit % 10) as u8;
            (unit, len) = (unit / 10, len + 1);
        }
        let mut at = 0;
        while at < behind.len() {
            text[len] = behind[at];
            (at, len) = (at + 1, len + 1);
        }
        text[7] = len as u8;
        value += 1;
    }
    all
}
