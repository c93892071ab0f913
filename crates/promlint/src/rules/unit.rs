use promcore::MetricFamily;

use super::name::has_word;
use crate::linter::Report;

/// What units are made larger and smaller with.
///
/// Go has `mibi`, which is no prefix but found in metrics all the same, and lacks `mebi`, `exa` and `exbi`.
const PREFIXES: &[&str] = &[
    "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega",
    "mebi", "mibi", "giga", "gibi", "tera", "tebi", "peta", "pebi", "exa", "exbi",
];

/// Short forms, each of which means several things.
const ABBREVIATIONS: &[&str] = &[
    "s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d",
];

/// Wants units that are base units and written in full.
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

/// Finds the first unit in a name, and the one to use instead.
fn find(name: &str) -> Option<(&str, &'static str)> {
    name.split('_').find_map(|word| {
        let without_prefix = || {
            let mut prefixes = PREFIXES.iter();
            prefixes.find_map(|prefix| base(word.strip_prefix(prefix)?))
        };
        Some((word, base(word).or_else(without_prefix)?))
    })
}

/// Returns the base unit for a unit, which may be itself.
fn base(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "amperes" => "amperes",
        "bits" | "bytes" => "bytes",
        // Not a base unit of physics, but what people measure in.
        "celsius" | "fahrenheit" | "rankine" => "celsius",
        "grams" | "ounces" | "pounds" => "grams",
        "calories" | "joules" => "joules",
        // For what is far from the weather.
        "kelvin" | "kelvins" => "kelvin",
        "inches" | "meters" | "miles" | "yards" => "meters",
        "metres" => "metres",
        "days" | "hours" | "minutes" | "seconds" | "weeks" => "seconds",
        "volts" => "volts",
        _ => return None,
    })
}
