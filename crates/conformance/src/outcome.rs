//! The outcome of a case, before it is judged.

use std::fmt;

use crate::compare::Difference;

/// The outcome of a case.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Why the case is invalid and cannot be played.
    pub(crate) broken: Option<String>,
    /// What the case needs and our crates do not support yet; if there is something, nothing was compared.
    pub(crate) waits_for: Vec<String>,
    /// Outputs that differ.
    pub(crate) differences: Vec<Difference>,
    /// Rules that were needed to make outputs agree.
    pub(crate) rules: Vec<Rule>,
}

/// A deliberate difference that concerns every case of a kind, described in `known_differences.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// A name collision is reported once, not for each series.
    CollisionOnce,
    /// A partial match on a curried vec removes only what has its labels.
    CurriedMatch,
    /// Labels before the name are interpreted for that name.
    EarlyBound,
    /// An empty help text is no help text.
    EmptyHelp,
    /// No two families have the same name after escaping.
    EscapedNames,
    /// A histogram with its own label `le` is left out.
    ExplicitLe,
    /// Unregistering a collector frees its name for other help texts and labels.
    FreedName,
    /// A prefix does not make lines unreadable.
    GraphitePrefix,
    /// Special characters in tags are replaced.
    GraphiteTag,
    /// The metrics that a collector sent before it panicked are left out.
    HalfCollected,
    /// A HEAD request gets no body.
    HeadBody,
    /// Metrics of one name have one unit.
    InconsistentUnit,
    /// Other methods than GET and HEAD are refused.
    MethodNotAllowed,
    /// The linter knows more units.
    MoreUnits,
    /// A line without a name is not added to the metric of the previous line.
    NamelessLine,
    /// NaN is neither the bound of a bucket nor the rank of a quantile.
    NanBound,
    /// A counter refuses NaN, and keeps its value.
    NanCounter,
    /// An input is not UTF-8, so it cannot be a Rust string.
    NotUtf8,
    /// A panic of a collector is reported once, not twice.
    PanicOnce,
    /// An invalid address is refused.
    PushAddress,
    /// A push in OpenMetrics is a complete exposition.
    PushEof,
    /// A Pushgateway decodes the grouping key correctly.
    PushPath,
    /// A client that accepts none of the offered encodings is not an error.
    QuietIdentity,
    /// A label name with a colon is quoted.
    QuotedColon,
    /// A value whose exemplar is refused is not counted either.
    RefusedExemplar,
    /// The linter detects the same labels in another order.
    SortedLabels,
    /// A request for some families does not get the errors of others.
    Unasked,
    /// Merging gatherers keeps the units.
    UnitKept,
    /// An untyped function keeps its unit.
    UntypedUnit,
    /// The call cannot be written with our types.
    Unwritable,
    /// All of an expectation must be found, and the order of labels does not matter.
    WholeExpectation,
    /// Formatted metrics are a complete exposition.
    WholeFormat,
}

impl Outcome {
    pub(crate) fn broken(message: impl Into<String>) -> Self {
        Self {
            broken: Some(message.into()),
            ..Self::default()
        }
    }

    pub(crate) fn waits_for(what: Vec<String>) -> Self {
        Self {
            waits_for: what,
            ..Self::default()
        }
    }

    pub(crate) fn under_rule(rule: Rule) -> Self {
        Self {
            rules: vec![rule],
            ..Self::default()
        }
    }

    pub(crate) fn compared(differences: impl IntoIterator<Item = Difference>) -> Self {
        Self {
            differences: differences.into_iter().collect(),
            ..Self::default()
        }
    }
}

impl Rule {
    pub(crate) const ALL: &[Self] = &[
        Self::CollisionOnce,
        Self::CurriedMatch,
        Self::EarlyBound,
        Self::EmptyHelp,
        Self::EscapedNames,
        Self::ExplicitLe,
        Self::FreedName,
        Self::GraphitePrefix,
        Self::GraphiteTag,
        Self::HalfCollected,
        Self::HeadBody,
        Self::InconsistentUnit,
        Self::MethodNotAllowed,
        Self::MoreUnits,
        Self::NamelessLine,
        Self::NanBound,
        Self::NanCounter,
        Self::NotUtf8,
        Self::PanicOnce,
        Self::PushAddress,
        Self::PushEof,
        Self::PushPath,
        Self::QuietIdentity,
        Self::QuotedColon,
        Self::RefusedExemplar,
        Self::SortedLabels,
        Self::Unasked,
        Self::UnitKept,
        Self::UntypedUnit,
        Self::Unwritable,
        Self::WholeExpectation,
        Self::WholeFormat,
    ];

    /// Returns the name of the rule in `known_differences.md`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::CollisionOnce => "collision-once",
            Self::CurriedMatch => "curried-match",
            Self::EarlyBound => "early-bound",
            Self::EmptyHelp => "empty-help",
            Self::EscapedNames => "escaped-names",
            Self::ExplicitLe => "explicit-le",
            Self::FreedName => "freed-name",
            Self::GraphitePrefix => "graphite-prefix",
            Self::GraphiteTag => "graphite-tag",
            Self::HalfCollected => "half-collected",
            Self::HeadBody => "head-body",
            Self::InconsistentUnit => "inconsistent-unit",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::MoreUnits => "more-units",
            Self::NamelessLine => "nameless-line",
            Self::NanBound => "nan-bound",
            Self::NanCounter => "nan-counter",
            Self::NotUtf8 => "not-utf-8",
            Self::PanicOnce => "panic-once",
            Self::PushAddress => "push-address",
            Self::PushEof => "push-eof",
            Self::PushPath => "push-path",
            Self::QuietIdentity => "quiet-identity",
            Self::QuotedColon => "quoted-colon",
            Self::RefusedExemplar => "refused-exemplar",
            Self::SortedLabels => "sorted-labels",
            Self::Unasked => "unasked",
            Self::UnitKept => "unit-kept",
            Self::UntypedUnit => "untyped-unit",
            Self::Unwritable => "unwritable",
            Self::WholeExpectation => "whole-expectation",
            Self::WholeFormat => "whole-format",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
