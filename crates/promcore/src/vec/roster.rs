//! The state of a table that changes under its lock.

use std::collections::{BTreeSet, VecDeque};

use crate::vec::index::Taken;
use crate::vec::pages::Changes;
use crate::vec::records::Room;

/// Which series exist, and which places can be reused.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    /// Where the next label values are stored.
    pub(crate) room: Room,
    pub(crate) taken: Taken,
    /// The number of live series.
    pub(crate) live: usize,
    /// Whether a series was ever removed; series created after that are counted.
    pub(crate) has_removed: bool,
    /// The numbers of series with the label sets that lead directly to them, so that a removal need not search all label sets.
    label_sets: BTreeSet<(u32, u32)>,
    /// Removed counted series, the oldest first.
    removed: VecDeque<Removed>,
    /// The numbers in the pages whose series have changed since the pages were made.
    changed: BTreeSet<u32>,
    /// How many series numbers the pages cover.
    in_pages: u32,
    scrapes: Scrapes,
}

/// A series whose place can be reused later.
#[derive(Debug)]
pub(crate) struct Removed {
    pub(crate) number: u32,
    pub(crate) record: u32,
    pub(crate) record_len: usize,
    /// Scrapes before this one may still read it.
    before: u64,
}

/// The scrapes in progress, in the order in which they began.
#[derive(Debug, Default)]
struct Scrapes {
    begun: u64,
    active: BTreeSet<u64>,
}

/// The number of places checked for reuse; more would make creating series slow while there are handles on many removed ones.
const LOOKS: usize = 4;

impl Roster {
    /// Notes the removal of the series `number`; for a counted one, `record` has the place and length of its label values.
    pub(crate) fn note_removal(&mut self, number: u32, record: Option<(u32, usize)>) {
        self.live -= 1;
        self.has_removed = true;
        self.note_change(number);
        if let Some((record, record_len)) = record {
            self.removed.push_back(Removed {
                number,
                record,
                record_len,
                before: self.scrapes.begun,
            });
        }
    }

    /// Notes that the series `number` has changed.
    pub(crate) fn note_change(&mut self, number: u32) {
        if number < self.in_pages {
            self.changed.insert(number);
        }
    }

    /// Notes that a label set leads to the series `number`.
    pub(crate) fn note_label_set(&mut self, number: u32, label_set: usize) {
        self.label_sets.insert((number, label_set as u32));
    }

    /// Passes the label sets that lead to the series `number` to `take`: at most one, unless several have the same values.
    pub(crate) fn take_label_sets(&mut self, number: u32, take: impl FnMut(usize)) {
        let all = self.label_sets.range((number, 0)..=(number, u32::MAX));
        let all: Vec<_> = all.copied().collect();
        all.iter().for_each(|one| _ = self.label_sets.remove(one));
        let label_sets = all.into_iter().map(|(_, label_set)| label_set as usize);
        label_sets.for_each(take);
    }

    /// Takes a removed series that no scrape can still read, and that has no handles according to `is_free`.
    pub(crate) fn take_removed(&mut self, is_free: impl Fn(u32) -> bool) -> Option<Removed> {
        for _ in 0..LOOKS.min(self.removed.len()) {
            let first = self.removed.front()?;
            if self
                .scrapes
                .active
                .first()
                .is_some_and(|&oldest| oldest < first.before)
            {
                return None;
            }
            let first = self.removed.pop_front()?;
            if is_free(first.number) {
                return Some(first);
            }
            self.removed.push_back(first);
        }
        None
    }

    /// Begins a scrape, and returns what has changed since the last one began; there are `len` numbers, and `is_alive` tells which of them are live.
    pub(crate) fn begin_scrape(
        &mut self,
        len: u32,
        is_alive: impl Fn(u32) -> bool,
    ) -> (u64, Changes) {
        let scrape = self.scrapes.begun;
        self.scrapes.begun += 1;
        self.scrapes.active.insert(scrape);
        let removed: Vec<u32> = std::mem::take(&mut self.changed).into_iter().collect();
        let new = std::mem::replace(&mut self.in_pages, len)..len;
        let added = removed.iter().copied().chain(new);
        let added = added.filter(|&number| is_alive(number)).collect();
        (scrape, Changes { removed, added })
    }

    pub(crate) fn end_scrape(&mut self, scrape: u64) {
        self.scrapes.active.remove(&scrape);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn roster() -> Roster {
        Roster {
            live: 10,
            ..Roster::default()
        }
    }

    fn number(removed: Option<Removed>) -> Option<u32> {
        removed.map(|removed| removed.number)
    }

    #[test]
    fn a_place_waits_for_the_scrapes_that_may_meet_it() {
        let mut roster = roster();
        let (first, _) = roster.begin_scrape(10, |_| true);
        roster.note_removal(3, Some((0, 1)));
        let (second, _) = roster.begin_scrape(10, |_| true);
        assert_eq!(number(roster.take_removed(|_| true)), None);
        roster.end_scrape(first);
        assert_eq!(number(roster.take_removed(|_| true)), Some(3));
        roster.end_scrape(second);
        assert_eq!(number(roster.take_removed(|_| true)), None);
    }

    #[test]
    fn a_place_that_is_held_does_not_keep_others_waiting() {
        let mut roster = roster();
        (0..3).for_each(|number| roster.note_removal(number, Some((0, 1))));
        assert_eq!(number(roster.take_removed(|number| number == 1)), Some(1));
        assert_eq!(number(roster.take_removed(|_| false)), None);
        assert_eq!(number(roster.take_removed(|number| number == 0)), Some(0));
        roster.note_removal(5, None);
        assert_eq!(number(roster.take_removed(|number| number == 5)), None);
    }

    #[test]
    fn a_series_is_known_with_its_label_sets() {
        let mut roster = roster();
        for (number, label_set) in [(1, 9), (2, 5), (2, 0), (2, 5), (3, 1)] {
            roster.note_label_set(number, label_set);
        }
        let mut taken = |number| {
            let mut all = Vec::new();
            roster.take_label_sets(number, |label_set| all.push(label_set));
            all
        };
        assert_eq!([taken(2), taken(2), taken(7)], [vec![0, 5], vec![], vec![]]);
        assert_eq!([taken(1), taken(3)], [[9], [1]]);
    }

    #[test]
    fn a_scrape_is_told_what_has_changed() {
        let mut roster = roster();
        let (_, changes) = roster.begin_scrape(3, |number| number != 1);
        assert_eq!((changes.removed, changes.added), (vec![], vec![0, 2]));
        roster.note_removal(2, None);
        roster.note_removal(0, Some((0, 1)));
        roster.note_change(0);
        roster.note_change(4);
        let (_, changes) = roster.begin_scrape(5, |number| number != 2);
        assert_eq!(
            (changes.removed, changes.added),
            (vec![0, 2], vec![0, 3, 4])
        );
        let (_, changes) = roster.begin_scrape(5, |_| true);
        assert_eq!((changes.removed, changes.added), (vec![], vec![]));
    }
}
