use std::cell::Cell;

use proptest::prelude::*;

use super::*;

impl Source for Vec<String> {
    fn key(&self, number: u32) -> u32 {
        number
    }

    fn compare(&self, a: u32, b: u32) -> Order {
        self[a as usize].cmp(&self[b as usize])
    }

    fn text(&self, key: u32, text: &mut Vec<u8>) {
        text.extend_from_slice(self[key as usize].as_bytes());
    }
}

fn read(pages: &[Arc<Page>]) -> Vec<String> {
    let mut all = Vec::new();
    for page in pages {
        let (mut len, mut text, mut stem) = (0, Vec::new(), Vec::new());
        for next in page.texts() {
            next.apply(&mut text);
            assert_eq!(text, [&stem[..next.common], next.rest].concat());
            match next.short_rest() {
                Some(rest) => assert!(rest.starts_with(next.rest)),
                None => stem.clone_from(&text),
            }
            all.push(String::from_utf8_lossy(&text).into_owned());
            len += 1;
        }
        assert_eq!(len, page.numbers.len());
    }
    all
}

#[test]
fn pages_grow_in_the_middle() {
    let source: Vec<String> = (0..10_000_u32)
        .map(|n| {
            format!(
                "{}-{}",
                n.wrapping_mul(2_654_435_761) % 10_007,
                "x".repeat(n as usize % 300)
            )
        })
        .collect();
    let (pages, mut known) = (Pages::new(), 0);
    for len in [0, 1, 2, 500, 501, 502, 9_999, 10_000] {
        let mut expected = source[..len as usize].to_vec();
        expected.sort_unstable();
        let added = std::mem::replace(&mut known, len)..len;
        let made = pages.update(|| changes(added, []), &source);
        assert_eq!(read(&made), expected);
        assert!(
            made.iter()
                .all(|page| (1..=PAGE).contains(&page.numbers.len()))
        );
    }
}

/// Labels that count their comparisons.
struct Counted(Vec<String>, Cell<u32>);

impl Source for Counted {
    fn key(&self, number: u32) -> u32 {
        number
    }

    fn compare(&self, a: u32, b: u32) -> Order {
        self.1.set(self.1.get() + 1);
        self.0.compare(a, b)
    }

    fn text(&self, key: u32, text: &mut Vec<u8>) {
        self.0.text(key, text);
    }
}

/// `metrics#690`: scraping many series took quadratic time.
#[test]
fn b20_a_scrape_of_many_series_compares_few() {
    const MANY: u32 = 100_000;
    let label = |n: u32| format!("{:010}", n.wrapping_mul(2_654_435_761));
    let source = Counted((0..=MANY).map(label).collect(), Cell::new(0));
    let pages = Pages::new();
    let comparisons = |added| {
        pages.update(|| changes(added, []), &source);
        source.1.take()
    };
    // As many as sorting takes, which is about the binary logarithm for each.
    let all = comparisons(0..MANY);
    assert!((MANY..MANY * 20).contains(&all), "{all}");
    assert_eq!(comparisons(0..0), 0);
    // A new series is compared with one series of each page, and with those of its own page.
    let one = comparisons(MANY..MANY + 1);
    assert!(one < MANY / 50, "{one}");
}

/// Series that come and go; asking for a missing one fails.
#[derive(Debug, Default)]
struct Living(Vec<Option<String>>);

impl Living {
    fn add(&mut self, number: u32, label: String) {
        let len = self.0.len().max(number as usize + 1);
        self.0.resize(len, None);
        self.0[number as usize] = Some(label);
    }

    fn label(&self, number: u32) -> &str {
        let label = self.0[number as usize].as_deref();
        label.expect("only living series are asked for")
    }
}

impl Source for Living {
    fn key(&self, number: u32) -> u32 {
        self.label(number);
        number
    }

    fn compare(&self, a: u32, b: u32) -> Order {
        self.label(a).cmp(self.label(b))
    }

    fn text(&self, key: u32, text: &mut Vec<u8>) {
        text.extend_from_slice(self.label(key).as_bytes());
    }
}

/// Makes pages of `count` series, of which some are `gone` at the next update, and others `added` at the one after, perhaps under the same numbers.
#[track_caller]
fn check_update(count: u32, gone: impl Fn(u32) -> bool, added: &[(u32, &str)]) {
    let label = |number: u32| format!("{:06}", number.wrapping_mul(2_654_435_761) % 1_000_003);
    let mut source = Living((0..count).map(|number| Some(label(number))).collect());
    let pages = Pages::new();
    pages.update(|| changes(0..count, []), &source);

    let removed: Vec<u32> = (0..count).filter(|&number| gone(number)).collect();
    for &number in &removed {
        source.0[number as usize] = None;
    }
    pages.update(|| changes([], removed.clone()), &source);
    for &(number, label) in added {
        source.add(number, label.to_owned());
    }
    let numbers = added.iter().map(|&(number, _)| number);
    let made = pages.update(|| changes(numbers, []), &source);

    let mut expected: Vec<String> = source.0.into_iter().flatten().collect();
    expected.sort_unstable();
    assert_eq!(read(&made), expected);
    let small = made
        .iter()
        .rev()
        .skip(1)
        .find(|page| page.numbers.len() < PAGE / 2);
    assert!(small.is_none(), "small pages are joined: {small:?}");
    assert!(made.iter().all(|page| page.numbers.len() <= PAGE));
}

fn changes(
    added: impl IntoIterator<Item = u32>,
    removed: impl IntoIterator<Item = u32>,
) -> Changes {
    Changes {
        added: added.into_iter().collect(),
        removed: removed.into_iter().collect(),
    }
}

#[test]
fn series_that_go_away_leave_their_pages() {
    check_update(1_000, |_| false, &[]);
    check_update(1_000, |number| number == 500, &[]);
    check_update(1_000, |number| number % 10 != 0, &[]);
    check_update(1_000, |number| number != 7, &[]);
    check_update(1_000, |_| true, &[]);
    check_update(0, |_| true, &[(0, "a"), (1, "b")]);
}

#[test]
fn numbers_are_used_again() {
    check_update(1_000, |number| number == 500, &[(500, "")]);
    check_update(1_000, |number| number == 500, &[(500, "zzz")]);
    check_update(1_000, |_| true, &[(999, "b"), (0, "a"), (1_000, "c")]);
    check_update(
        1_000,
        |number| number % 3 == 0,
        &[(3, "5"), (1_000, "500000"), (6, "5000000")],
    );
}

#[test]
fn a_number_may_go_and_be_another_series_at_once() {
    let mut source = Living(["a", "b", "c"].map(|label| Some(label.to_owned())).into());
    let pages = Pages::new();
    pages.update(|| changes([0, 1, 2], []), &source);
    source.0[0] = Some("d".to_owned());
    source.0[1] = None;
    let made = pages.update(|| changes([0], [0, 1]), &source);
    assert_eq!(read(&made), ["c", "d"]);
    let same = pages.update(Changes::default, &source);
    assert!(Arc::ptr_eq(&made, &same));
}

#[test]
fn pages_that_lose_no_series_stay() {
    let mut source = Living((0..1_000).map(|n| Some(format!("{n:04}"))).collect());
    let pages = Pages::new();
    let before = pages.update(|| changes(0..1_000, []), &source);
    source.0[500] = None;
    let after = pages.update(|| changes([], [500]), &source);
    let same = |page: &&Arc<Page>| before.iter().any(|old| Arc::ptr_eq(old, page));
    assert_eq!(after.iter().filter(same).count(), before.len() - 1);
}

#[test]
fn pages_without_new_series_stay() {
    let source: Vec<String> = (0..1_001_u32)
        .map(|n| format!("{:04}", n * 7 % 1_001))
        .collect();
    let pages = Pages::new();
    let before = pages.update(|| changes(0..1_000, []), &source);
    let after = pages.update(|| changes([1_000], []), &source);
    let same = |page: &&Arc<Page>| before.iter().any(|old| Arc::ptr_eq(old, page));
    assert_eq!(after.iter().filter(same).count(), before.len() - 1);
}

#[test]
fn few_texts_are_stems() {
    let source: Vec<String> = (0..128).map(|n| format!("{:06}", 999_950 + n)).collect();
    let page = Page::new(&[0, 1, 2, 3, 127].map(|n| (n, n)), |n, text| {
        source.text(n, text)
    });
    let is_stem = |text: Text<'_>| text.short_rest().is_none();
    assert_eq!(
        page.texts().map(is_stem).collect::<Vec<_>>(),
        [true, false, false, false, false]
    );
}

proptest! {
    #[test]
    fn texts_come_back(texts in prop::collection::btree_set("[ab]{0,600}", 0..40)) {
        let source: Vec<String> = texts.into_iter().collect();
        let pages = Pages::new();
        let made = pages.update(|| changes(0..source.len() as u32, []), &source);
        prop_assert_eq!(read(&made), source);
    }

    #[test]
    fn pages_follow_what_lives(steps in prop::collection::vec(
        (prop::collection::btree_map(0..600_u32, any::<u16>(), 0..300), 0..600_u32, 0..600_u32),
        1..8,
    )) {
        let (mut source, pages) = (Living::default(), Pages::new());
        for (added, from, to) in steps {
            let lives = |source: &Living, number: u32| {
                matches!(source.0.get(number as usize), Some(Some(_)))
            };
            let removed: Vec<u32> = (from..to).filter(|&n| lives(&source, n)).collect();
            for &number in &removed {
                source.0[number as usize] = None;
            }
            // The number of a removed series may be reused immediately.
            let mut numbers = Vec::new();
            for (number, label) in added {
                if !lives(&source, number) {
                    source.add(number, format!("{label}/{number}"));
                    numbers.push(number);
                }
            }
            let made = pages.update(|| changes(numbers, removed), &source);
            let mut expected: Vec<String> = source.0.iter().flatten().cloned().collect();
            expected.sort_unstable();
            prop_assert_eq!(read(&made), expected);
        }
    }
}
