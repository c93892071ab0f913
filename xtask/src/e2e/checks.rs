//! Checks of query results.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};

use super::api::Series;

/// Checks that the target is known and its last scrape succeeded.
pub(super) fn is_up(series: &[Series]) -> Result<()> {
    let up = only_value(series)?;
    ensure!(up == 1.0, "the target is down: up is {up}");
    Ok(())
}

/// Checks that a counter has at least two points, never falls and has risen.
pub(super) fn rises(series: &[Series]) -> Result<()> {
    let [Series { values, .. }] = series else {
        bail!("expected one series, found {}", series.len());
    };
    ensure!(values.len() >= 2, "only {} points yet", values.len());
    ensure!(values.is_sorted(), "the counter falls: {values:?}");
    ensure!(
        values.first() < values.last(),
        "the counter does not rise: {values:?}"
    );
    Ok(())
}

/// Returns the newest value of the only series.
pub(super) fn only_value(series: &[Series]) -> Result<f64> {
    match series {
        [one] => one.values.last().copied().context("a series without value"),
        _ => bail!("expected one series, found {}", series.len()),
    }
}

/// Checks that two sizes are within a factor of two.
pub(super) fn is_near(stored: f64, actual: f64) -> Result<()> {
    ensure!(
        stored <= actual * 2.0 && actual <= stored * 2.0,
        "{stored} is not within a factor of 2 of {actual}"
    );
    Ok(())
}

/// Returns the program's own histograms in an exposition.
pub(super) fn histograms(body: &str) -> Vec<&str> {
    body.lines()
        .filter_map(|line| {
            line.strip_prefix("# TYPE ")?
                .strip_suffix(" histogram")
                .filter(|name| !name.starts_with("promhttp_"))
        })
        .collect()
}

/// Checks that the `_bucket` and `_count` series of one family are consistent.
///
/// Returns the number of histograms.
pub(super) fn is_cumulative(series: &[Series]) -> Result<usize> {
    let mut counts = BTreeMap::new();
    let mut buckets = BTreeMap::<_, Vec<(f64, f64)>>::new();
    for one in series {
        let value = only_value(std::slice::from_ref(one))?;
        match one.label("le") {
            Some(bound) => {
                let bound = bound.parse().with_context(|| format!("le is {bound:?}"))?;
                buckets
                    .entry(identity(one))
                    .or_default()
                    .push((bound, value));
            }
            None => {
                counts.insert(identity(one), value);
            }
        }
    }
    ensure!(!buckets.is_empty(), "there is no bucket");
    for (labels, mut buckets) in buckets {
        buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
        let count = counts
            .remove(&labels)
            .with_context(|| format!("{labels:?} has no _count"))?;
        one_is_cumulative(&buckets, count).with_context(|| format!("{labels:?}: {buckets:?}"))?;
    }
    ensure!(counts.is_empty(), "no buckets for {counts:?}");
    Ok(series
        .iter()
        .filter(|one| one.label("le").is_none())
        .count())
}

fn one_is_cumulative(buckets: &[(f64, f64)], count: f64) -> Result<()> {
    ensure!(
        buckets.is_sorted_by_key(|(_, value)| *value),
        "the buckets are not cumulative"
    );
    let (bound, last) = *buckets.last().context("there is no bucket")?;
    ensure!(bound == f64::INFINITY, "the last bucket ends at {bound}");
    ensure!(
        last == count,
        "the last bucket has {last}, the count is {count}"
    );
    ensure!(count > 0.0, "nothing was observed");
    Ok(())
}

/// Returns the labels that the buckets of a histogram share with its count.
fn identity(series: &Series) -> Vec<(&str, &str)> {
    let labels = series.labels.iter();
    let mut labels: Vec<_> = labels
        .filter(|(name, _)| name != "le" && name != "__name__")
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    labels.sort_unstable();
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(labels: &[(&str, &str)], values: &[f64]) -> Series {
        Series {
            labels: labels
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            values: values.to_vec(),
        }
    }

    #[test]
    fn a_counter_must_rise() {
        assert!(rises(&[series(&[], &[1.0, 1.0, 2.0])]).is_ok());
        assert!(rises(&[series(&[], &[1.0])]).is_err());
        assert!(rises(&[series(&[], &[1.0, 1.0])]).is_err());
        assert!(rises(&[series(&[], &[2.0, 1.0, 3.0])]).is_err());
        assert!(rises(&[]).is_err());
    }

    #[test]
    fn a_target_must_be_up() {
        assert!(is_up(&[series(&[], &[1.0])]).is_ok());
        assert!(is_up(&[series(&[], &[0.0])]).is_err());
        assert!(is_up(&[]).is_err());
    }

    #[test]
    fn sizes_are_near_within_a_factor_of_two() {
        assert!(is_near(10.0, 19.0).is_ok());
        assert!(is_near(19.0, 10.0).is_ok());
        assert!(is_near(10.0, 21.0).is_err());
        assert!(is_near(21.0, 10.0).is_err());
        assert!(is_near(f64::NAN, 1.0).is_err());
    }

    #[test]
    fn histograms_are_found_by_their_type() {
        let body = "# TYPE a histogram\n# TYPE b counter\n# TYPE promhttp_c histogram\n";
        assert_eq!(histograms(body), ["a"]);
    }

    #[track_caller]
    fn check(buckets: &[(&str, f64)], count: f64, expected: Result<usize, &str>) {
        let mut all = vec![series(&[("__name__", "a_count"), ("job", "j")], &[count])];
        for (bound, value) in buckets {
            let labels = [("__name__", "a_bucket"), ("job", "j"), ("le", bound)];
            all.push(series(&labels, &[*value]));
        }
        let found = is_cumulative(&all).map_err(|error| error.root_cause().to_string());
        assert_eq!(found, expected.map_err(str::to_owned));
    }

    #[test]
    fn buckets_are_cumulative_and_end_in_the_count() {
        check(&[("+Inf", 3.0), ("0.5", 1.0), ("10", 2.0)], 3.0, Ok(1));
        check(
            &[("0.5", 2.0), ("10", 1.0), ("+Inf", 3.0)],
            3.0,
            Err("the buckets are not cumulative"),
        );
        check(&[("0.5", 2.0)], 2.0, Err("the last bucket ends at 0.5"));
        check(
            &[("+Inf", 3.0)],
            4.0,
            Err("the last bucket has 3, the count is 4"),
        );
        check(&[("+Inf", 0.0)], 0.0, Err("nothing was observed"));
        check(&[], 0.0, Err("there is no bucket"));
    }
}
