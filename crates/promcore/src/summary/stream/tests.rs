use super::*;

const OBJECTIVES: [Objective; 4] = [
    Objective {
        quantile: 0.01,
        error: 0.001,
    },
    Objective {
        quantile: 0.5,
        error: 0.05,
    },
    Objective {
        quantile: 0.9,
        error: 0.01,
    },
    Objective {
        quantile: 0.99,
        error: 0.001,
    },
];

/// Checks that the rank of each answer is within the error of its objective.
#[track_caller]
fn check(values: impl Iterator<Item = f64>) {
    let mut values: Vec<f64> = values.collect();
    let mut stream = Stream::default();
    stream.insert(&values, &OBJECTIVES);
    values.sort_unstable_by(f64::total_cmp);
    let len = values.len() as f64;
    for Objective { quantile, error } in OBJECTIVES {
        let answer = stream.query(quantile, &OBJECTIVES);
        let first = values.partition_point(|&value| value < answer) as f64;
        let behind = values.partition_point(|&value| value <= answer) as f64;
        let (low, high) = ((quantile - error) * len, (quantile + error) * len);
        assert!(first <= high.ceil(), "{quantile}: {first} of {len}");
        assert!(behind >= low.floor() - 1.0, "{quantile}: {behind} of {len}");
    }
    assert!(
        stream.samples.len() <= MAX_SAMPLES,
        "{}",
        stream.samples.len()
    );
}

/// Random numbers from 0 to 1, the same in every run.
fn uniform() -> impl Iterator<Item = f64> {
    let mut state = 88_172_645_463_325_252_u64;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    })
}

const MANY: usize = 1_000_000;

#[test]
fn ranks_are_within_what_the_objectives_promise() {
    let mut normal = uniform();
    let mut sum = move || normal.by_ref().take(12).sum::<f64>();
    check((0..MANY).map(|_| sum() - 6.0));
    check(uniform().take(MANY).map(|x| -(1.0 - x).ln()));
    check((0..MANY).map(|n| n as f64));
    check((0..MANY).rev().map(|n| n as f64));
    check((0..MANY).map(|_| 42.0));
    check(uniform().take(MANY).map(|x| (x * 10.0).floor()));
}

#[test]
fn ranks_are_right_whatever_the_order() {
    const SOME: usize = 200_000;
    let times = |n: usize| n as f64 / 20_000.0;
    // Values rise or fall as a whole.
    check(uniform().zip(0..SOME).map(|(x, n)| x + times(n)));
    check(uniform().zip(0..SOME).map(|(x, n)| x - times(n)));
    // Values are in two groups that are far apart, mixed or in turn.
    check(
        uniform()
            .take(SOME)
            .map(|x| if x < 0.3 { x } else { 1e6 + x }),
    );
    check(
        uniform()
            .zip(0..SOME)
            .map(|(x, n)| x + (times(n) % 2.0).floor() * 100.0),
    );
    // Values come from the middle outwards, or from the outside inwards.
    let sides = |n: usize| {
        if n.is_multiple_of(2) {
            n as f64
        } else {
            -(n as f64)
        }
    };
    check((0..SOME).map(sides));
    check((0..SOME).rev().map(sides));
}

/// These are the answers of `beorn7/perks` for the same values; later ones are within the same bounds, but may differ.
#[test]
fn the_first_answers_are_those_of_go() {
    let values: Vec<f64> = uniform().take(AS_GO as usize).collect();
    let mut stream = Stream::default();
    stream.insert(&values, &OBJECTIVES);
    assert_eq!(
        OBJECTIVES.map(|objective| stream.query(objective.quantile, &OBJECTIVES)),
        [
            0.010_995_834_642_163_249,
            0.530_346_393_300_776_3,
            0.904_222_529_094_238_4,
            0.990_668_385_906_696,
        ]
    );
}

#[test]
fn zeros_stay_in_their_order() {
    let mut stream = Stream::default();
    stream.insert(&[0.0, -0.0, 1.0], &OBJECTIVES);
    let smallest = stream.query(0.01, &OBJECTIVES);
    assert!(smallest.is_sign_positive(), "{smallest:?}");
}

#[test]
fn few_samples_stand_for_all_values() {
    let mut stream = Stream::default();
    let mut values = uniform();
    let mut insert = |stream: &mut Stream, count| {
        let values: Vec<f64> = values.by_ref().take(count).collect();
        stream.insert(&values, &OBJECTIVES);
    };
    insert(&mut stream, 100 * BATCH);
    let samples = stream.samples.len();
    insert(&mut stream, 1000 * BATCH);
    assert!(stream.samples.len() < samples + BATCH, "{samples}");
    assert_eq!(stream.merged, 1100.0 * BATCH as f64);
    let widths = stream.samples.iter().map(|sample| sample.width);
    assert_eq!(widths.sum::<f64>(), stream.merged);
}

#[test]
fn what_is_not_a_number_is_larger_than_all_that_is_one() {
    let mut stream = Stream::default();
    let values = uniform().map(|x| match x {
        ..0.1 => -f64::NAN,
        0.1..0.2 => f64::NAN,
        0.2..0.3 => f64::INFINITY,
        _ => x,
    });
    // These values come when Go is no longer followed.
    let numbers = uniform()
        .map(|x| 0.3 + x / 2.0)
        .take(AS_GO as usize + BATCH);
    let values: Vec<f64> = numbers.chain(values.take(200 * BATCH)).collect();
    stream.insert(&values, &OBJECTIVES);
    let median = stream.query(0.5, &OBJECTIVES);
    assert!((0.5..0.9).contains(&median), "{median}");
    assert!(stream.query(0.99, &OBJECTIVES).is_nan());
}

#[test]
fn few_values_are_answered_exactly() {
    let mut stream = Stream::default();
    assert!(stream.is_empty() && stream.query(0.5, &OBJECTIVES).is_nan());
    let values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
    stream.insert(&values, &OBJECTIVES);
    let answers = [0.01, 0.5, 0.9, 0.99].map(|quantile| stream.query(quantile, &OBJECTIVES));
    assert_eq!(answers, [1.0, 50.0, 90.0, 99.0]);
}
