//! The corpus' names for our errors.

use std::error;
use std::iter;
use std::str::Chars;

use promcore::Error;

/// Returns the corpus' name for an error; errors that Go does not have get names of their own.
pub(crate) fn kind(error: &Error) -> &'static str {
    match error {
        Error::AlreadyRegistered(_) => "already_registered",
        Error::BucketOrder { .. } => "bucket_order",
        Error::BucketParameters { .. } => "bucket_parameters",
        Error::CollectorBusy { .. } => "collector_busy",
        Error::CollectorPanic { .. } => "gather_collector_panic",
        Error::CollectorTimeout { .. } => "collector_timeout",
        Error::CounterDecrease(_) => "counter_decrease",
        Error::CurriedLabel { .. } => "curry_already_curried",
        Error::Custom(_) => "other",
        Error::Declaration { error, .. } => kind(error),
        Error::DuplicateDescriptor { .. } => "duplicate_descriptor",
        Error::DuplicateExemplarLabelName(_) => "exemplar_duplicate_label_names",
        Error::DuplicateLabelName { .. } => "duplicate_label_names",
        Error::DuplicateMetric { .. } => "gather_duplicate_metric",
        Error::EscapedFamily { .. } => "escaped_family",
        Error::EscapedLabels { .. } => "escaped_labels",
        Error::ExemplarTooLong { .. } => "exemplar_too_long",
        Error::ExemplarUnsupported { .. } => "exemplar_unsupported_type",
        Error::FractionalCounts { .. } => "fractional_counts",
        Error::Gatherer { error, .. } => kind(error),
        Error::GathererPanic { .. } => "gatherer_panic",
        Error::InconsistentDescriptor { .. } => "inconsistent_descriptor_registered",
        Error::InconsistentDescriptorInCollector { .. } => "inconsistent_descriptor_in_collector",
        Error::InconsistentFamily { .. } => "gather_family_type",
        Error::InconsistentHelp { .. } => "gather_inconsistent_help",
        Error::InconsistentType { .. } => "gather_inconsistent_type",
        Error::InconsistentUnit { .. } => "gather_inconsistent_unit",
        Error::InvalidExemplarLabelName(_) => "exemplar_label_name_invalid",
        Error::InvalidLabelName { .. } => "invalid_label_name",
        Error::InvalidLabels { error, .. } => match kind(error) {
            "duplicate_label_names" => "gather_duplicate_label",
            "invalid_label_name" => "gather_invalid_label_name",
            "reserved_label_quantile" => "gather_explicit_quantile_label",
            _ => "gather_explicit_le_label",
        },
        Error::InvalidMetric { .. } => "gather_metric_write_failed",
        Error::InvalidMetricName(_) => "invalid_metric_name",
        Error::LabelCardinality { .. } => "inconsistent_label_cardinality",
        Error::MissingLabel { .. } => "label_name_missing",
        Error::NativeCount { .. } => "native_count_mismatch",
        Error::NativeSchema(_) => "native_schema_invalid",
        Error::NoExemplar => "no_exemplar_passed",
        Error::QuantileOrder { .. } => "quantile_order",
        Error::RegistryCycle => "registry_cycle",
        Error::ReservedLabel { label, .. } => match label.as_bytes() {
            b"quantile" => "reserved_label_quantile",
            _ => "reserved_label_le",
        },
        Error::SuffixCollision { .. } => "gather_suffix_collision",
        Error::UndescribedLabels { .. } => "gather_labels_inconsistent_with_descriptor",
        Error::UndescribedMetric { .. } => "gather_unregistered_descriptor",
        Error::SummaryMaxAge(_) => "summary_max_age",
        Error::UnknownLabels { .. } => "curry_unknown_labels",
        Error::WrappedLabel { .. } => "invalid_descriptor_wrap_existing_label",
        _ => "unnamed",
    }
}

/// Returns the name for an error of a descriptor that a registration reports.
pub(crate) fn at_registration(kind: &'static str) -> &'static str {
    match kind {
        "duplicate_label_names" => "invalid_descriptor_duplicate_label_names",
        "invalid_label_name" => "invalid_descriptor_label_name",
        "invalid_metric_name" => "invalid_descriptor_metric_name",
        "label_value_utf8" => "invalid_descriptor_label_value_utf8",
        "other" => "invalid_descriptor_other",
        kind => kind,
    }
}

/// Makes a custom error.
pub(crate) fn other(text: &str) -> Error {
    Error::custom(text)
}

/// Returns the name for an error of a test helper.
pub(crate) fn of_test(error: &promtest::Error) -> &'static str {
    match error {
        promtest::Error::Gather(_) => "testutil_gather_failed",
        promtest::Error::InvalidMetric(_) => "other",
        promtest::Error::Mismatch(_) => "testutil_diff",
        promtest::Error::NotSimple { .. } => "testutil_not_simple",
        promtest::Error::NotSingle(_) => "testutil_collected_n",
        promtest::Error::Parse(_) => "testutil_parse_failed",
        promtest::Error::Register(_) => "testutil_register_failed",
        _ => "unnamed",
    }
}

/// Returns the name for an error of a push.
pub(crate) fn of_push(error: &prompush::Error) -> &'static str {
    match error {
        prompush::Error::EmptyJob => "job_empty",
        prompush::Error::Gather(errors) => errors.first().map_or("unnamed", kind),
        prompush::Error::GroupingLabel { label, .. } => match label.as_bytes() {
            b"job" => "push_contains_job_label",
            _ => "push_contains_grouping_label",
        },
        prompush::Error::InvalidGroupingName(_) => "grouping_label_name_invalid",
        prompush::Error::InvalidUrl { .. } => "url_invalid",
        prompush::Error::Register(error) => at_registration(kind(error)),
        prompush::Error::Status { .. } => "push_unexpected_status",
        _ => "unnamed",
    }
}

/// Returns an error with its causes.
pub(crate) fn text(error: &dyn error::Error) -> String {
    let chain = iter::successors(Some(error), |error| error.source());
    chain
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

/// Reports whether our message has the important parts of Go's: all of a custom error, and the offending values of others.
pub(crate) fn says_the_same(kind: &str, theirs: &str, ours: &str) -> bool {
    match kind {
        "other" => match theirs.strip_prefix("error happened while collecting metrics: ") {
            Some(reason) => ours.ends_with(reason),
            None => ours == theirs,
        },
        // The metric and the custom error.
        "gather_metric_write_failed" => theirs
            .rsplit_once(": ")
            .is_none_or(|(_, reason)| ours.contains(reason) || is_about_exemplars(reason, ours)),
        "gather_collector_panic" => match theirs.split_once("error=") {
            Some((_, rest)) => rest
                .lines()
                .next()
                .is_none_or(|reason| ours.contains(reason)),
            None => true,
        },
        "invalid_descriptor_metric_name" | "invalid_descriptor_label_name" => theirs
            .rsplit_once("is invalid: ")
            .is_none_or(|(_, reason)| shows(ours, reason, 1)),
        "exemplar_too_long" => theirs
            .split_once(" runes")
            .is_none_or(|(count, _)| ours.starts_with(count)),
        "exemplar_label_name_invalid"
        | "invalid_metric_name"
        | "invalid_label_name"
        | "label_name_missing"
        | "reserved_label_le"
        | "reserved_label_quantile"
        | "gather_duplicate_metric" => shows(ours, theirs, 1),
        "inconsistent_descriptor_registered"
        | "inconsistent_descriptor_in_collector"
        | "duplicate_descriptor" => dump(theirs).is_none_or(|dump| ours.contains(dump)),
        "testutil_collected_n" => ours == theirs,
        "testutil_diff" => changes(theirs.lines()) == changes(ours.lines().skip(3)),
        "testutil_parse_failed" => theirs
            .split_once(" in line ")
            .and_then(|(_, rest)| rest.split_once(':'))
            .is_none_or(|(line, _)| ours.contains(&format!("line {line}, "))),
        "grouping_label_name_invalid" => {
            let name = theirs.split_once(": ").map_or("", |(_, name)| name);
            ours.contains(&format!("{name:?}"))
        }
        "push_contains_grouping_label" | "push_contains_job_label" => {
            let mut words = theirs.split(' ').skip(2);
            words
                .next()
                .is_none_or(|name| ours.contains(&format!("{name:?}")))
        }
        "push_unexpected_status" => {
            // The address is compared with the request.
            let code = theirs.split(' ').nth(3).unwrap_or_default();
            let answer = theirs
                .split_once("://")
                .and_then(|(_, rest)| rest.split_once(": "));
            let answer = answer.map_or("", |(_, answer)| answer);
            ours.ends_with(&format!("was answered {code}: {:?}", answer.trim_end()))
        }
        "gather_inconsistent_help" => shows(ours, behind(theirs, " has help "), 2),
        "gather_suffix_collision" => shows(ours, theirs, 2),
        _ => true,
    }
}

/// Returns the text after the last `mark`, since a metric with labels may come before it.
fn behind<'a>(text: &'a str, mark: &str) -> &'a str {
    text.rsplit_once(mark).map_or(text, |(_, rest)| rest)
}

/// Reports whether our message of a scrape error has the important parts of Go's, of any kind.
pub(crate) fn is_same_error(theirs: &str, ours: &str) -> bool {
    if theirs.starts_with("error collecting metric") {
        says_the_same("gather_metric_write_failed", theirs, ours)
    } else {
        shows(ours, theirs, 1)
    }
}

/// Returns the changed lines of a diff.
fn changes<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut changes: Vec<_> = lines.filter(|line| line.starts_with(['-', '+'])).collect();
    changes.sort_unstable();
    changes
}

/// Reports whether both say that metrics of this type have no exemplars.
fn is_about_exemplars(theirs: &str, ours: &str) -> bool {
    theirs.starts_with("cannot inject exemplar") && ours.ends_with("cannot have exemplars")
}

/// Reports whether `ours` contains the first `count` quoted values of `theirs`.
fn shows(ours: &str, theirs: &str, count: usize) -> bool {
    quoted(theirs)
        .iter()
        .take(count)
        .all(|value| ours.contains(&format!("{value:?}")))
}

/// Finds the dump of a descriptor, which is the same in our messages.
fn dump(text: &str) -> Option<&str> {
    let dump = &text[text.find("Desc{")?..];
    let labels = dump.find("variableLabels: {")?;
    let end = labels + dump[labels..].find("}}")? + 2;
    Some(&dump[..end])
}

/// Lists the quoted texts, unescaped.
fn quoted(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once('"') {
        let mut chars = behind.chars();
        match unquoted(&mut chars) {
            Some(value) => {
                found.push(value);
                rest = chars.as_str();
            }
            None => rest = behind,
        }
    }
    found
}

/// Reads up to the closing quote, with Go's escapes for unprintable characters.
fn unquoted(chars: &mut Chars<'_>) -> Option<String> {
    let mut value = String::new();
    loop {
        let c = match chars.next()? {
            '"' => return Some(value),
            '\\' => match chars.next()? {
                'a' => '\x07',
                'b' => '\x08',
                'f' => '\x0c',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'v' => '\x0b',
                'x' => numbered(chars, 2)?,
                'u' => numbered(chars, 4)?,
                'U' => numbered(chars, 8)?,
                c => c,
            },
            c => c,
        };
        value.push(c);
    }
}

fn numbered(chars: &mut Chars<'_>, digits: usize) -> Option<char> {
    let digits: String = chars.take(digits).collect();
    char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: &str, theirs: &str, ours: &str, same: bool) {
        assert_eq!(says_the_same(kind, theirs, ours), same, "{ours}");
    }

    #[test]
    fn offending_values_must_be_shown() {
        let theirs = "descriptor Desc{fqName: \"m\"} is invalid: \"__a\" is not a valid label name";
        let kind = "invalid_descriptor_label_name";
        check(kind, theirs, "label name \"__a\" is not valid", true);
        check(kind, theirs, "label name \"b\" is not valid", false);
        check("other", "boom", "boom", true);
        check("other", "boom", "boom!", false);
        let theirs = "the same as Desc{fqName: \"m\", variableLabels: {a}} has different labels";
        let kind = "inconsistent_descriptor_registered";
        check(
            kind,
            theirs,
            "Desc{fqName: \"m\", variableLabels: {a}} is bad",
            true,
        );
        check(kind, theirs, "Desc{fqName: \"m\"} is bad", false);
        let theirs = "collected metric named \"h_sum\" collides with previously collected histogram named \"h\"";
        check(
            "gather_suffix_collision",
            theirs,
            "\"h_sum\" and \"h\" collide",
            true,
        );
        check(
            "gather_suffix_collision",
            theirs,
            "\"h_sum\" collides",
            false,
        );
        let theirs = "collected metric m label:{name:\"a\" value:\"1\"} gauge:{value:1} has help \"x\" but should have \"y\"";
        let kind = "gather_inconsistent_help";
        check(kind, theirs, "the help is \"x\", and was \"y\"", true);
        check(kind, theirs, "the help of \"a\" is \"1\"", false);
    }

    #[test]
    fn quoted_values_are_unescaped() {
        assert_eq!(quoted("a \"b\\\"c\" d \"\" e \"f"), ["b\"c", ""]);
        assert_eq!(
            quoted(r#""\x00\a\u200b\U000f0000\n" "\xg""#),
            ["\0\x07\u{200b}\u{f0000}\n"]
        );
    }
}
