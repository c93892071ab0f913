//! The text of a scrape, parsed to a tree.

use std::hint::black_box;
use std::io::BufRead as _;

use prometheus_parse::Scrape;
use promfmt::Format;

use super::series::{encode, only_read, ours_filled};
use crate::row::{Candidate, MakeSeries, Series};

pub(crate) const TEXT: &[Candidate<MakeSeries>] = &[
    Candidate::ours(ours),
    Candidate::peer("prometheus-parse", peer as MakeSeries),
];

fn text(size: usize) -> Vec<u8> {
    let (registry, _) = ours_filled(size);
    let mut text = Vec::new();
    encode(registry, Format::TEXT)(&mut text);
    text
}

fn ours(size: usize) -> Series {
    let text = text(size);
    only_read(Box::new(move |_| {
        let families = promfmt::parse_text(&text).expect("the text is ours");
        assert_eq!(black_box(families)[0].metrics.len(), size);
    }))
}

fn peer(size: usize) -> Series {
    let text = text(size);
    only_read(Box::new(move |_| {
        let scrape = Scrape::parse(text.lines()).expect("the text is ours");
        assert_eq!(black_box(scrape).samples.len(), size);
    }))
}
