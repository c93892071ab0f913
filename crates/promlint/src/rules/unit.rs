use promcore::MetricFamily;

use super::name::has_word;
use crate::linter::Report;

/// The prefixes of units.
///
/// Go includes `mibi`, which is not a prefix but does occur in metrics, and lacks `mebi`, `exa` and `exbi`.
const PREFIXES: &[&str] = &[
    "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega",
    "mebi", "mibi", "giga", "gibi", "tera", "tebi", "peta", "pebi", "exa", "exbi",
];

/// Abbreviations of units, which are ambiguous.
const ABBREVIATIONS: &[&str] = &[
    "s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d",
];

/// Requires units to be base units, and to be written in full.
pub(super) fn check(family: &MetricFamily, report: &mut Report<'_>) {
    if let Some((unit, base)) = find(&family.name)
        && unit != base
    {
        report.problem(format!("use base unit {base:?} instead of {unit:?}"));
    }
    let name = family.name.to_lowercase();
    for abbreviation in ABBREVIATIONS {
        if has_word(&name, abbreviation) {
            report.problem("metric names should not contain abbreviated units");
        }
    }
}

/// Finds the first unit in a name, and its base unit.
fn find(name: &str) -> Option<(&str, &'static str)> {
    name.split('_').find_map(|word| {
        let without_prefix = || {
            let mut prefixes = PREFIXES.iter();
            prefixes.find_map(|prefix| base(word.strip_prefix(prefix)?))
        };
        Some((word, base(word).or_else(without_prefix)?))
    })
}

/// Returns the base unit of a unit, which may be the unit itself.
fn base(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "amperes" => "amperes",
        "bits" | "bytes" => "bytes",
        // Not an SI base unit, but the usual one.
        "celsius" | "fahrenheit" | "rankine" => "celsius",
        "grams" | "ounces" | "pounds" => "grams",
        "calories" | "joules" => "joules",
        // For special cases such as color temperatures.
        "kelvin" | "kelvins" => "kelvin",
        "inches" | "meters" | "miles" | "yards" => "meters",
        "metres" => "metres",
        "days" | "hours" | "minutes" | "seconds" | "weeks" => "seconds",
        "volts" => "volts",
        _ => return None,
    })
}
