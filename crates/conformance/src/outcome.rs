//! What came of playing a case, before it is judged.

use std::fmt;

use crate::compare::Difference;

/// How a case compares.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Why the case cannot be played at all: it makes no sense.
    pub(crate) broken: Option<String>,
    /// What the case needs and our crates do not have yet; if there is something, nothing was compared.
    pub(crate) waits_for: Vec<String>,
    /// Outputs that differ.
    pub(crate) differences: Vec<Difference>,
    /// Rules that were needed to make outputs agree.
    pub(crate) rules: Vec<Rule>,
}

/// A deliberate difference that concerns every case of a kind, described in `known_differences.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// That a name collides is told once, not for each series.
    CollisionOnce,
    /// A partial match on a curried vec removes only what has its labels.
    CurriedMatch,
    /// Labels before the name are read as what they are to that name.
    EarlyBound,
    /// A help text of nothing is none.
    EmptyHelp,
    /// No two families have the same name after escaping.
    EscapedNames,
    /// A histogram that has a label `le` already is left out.
    ExplicitLe,
    /// Who unregisters a collector frees its name for other help texts and labels.
    FreedName,
    /// A prefix does not make lines unreadable.
    GraphitePrefix,
    /// Nothing in a tag is mistaken for something else.
    GraphiteTag,
    /// What a collector sent before it panicked is left out.
    HalfCollected,
    /// Who asks with HEAD gets no body.
    HeadBody,
    /// Metrics of one name have one unit.
    InconsistentUnit,
    /// Other methods than GET and HEAD are refused.
    MethodNotAllowed,
    /// The linter knows more units.
    MoreUnits,
    /// A line without a name says nothing about the metric of the line before.
    NamelessLine,
    /// NaN is neither the bound of a bucket nor the rank of a quantile.
    NanBound,
    /// A counter refuses NaN, and keeps its value.
    NanCounter,
    /// An input is not UTF-8, so no Rust string holds it.
    NotUtf8,
    /// A panic of a collector is reported once, not twice.
    PanicOnce,
    /// An address that cannot be meant is refused.
    PushAddress,
    /// What is pushed as OpenMetrics is a whole exposition.
    PushEof,
    /// A Pushgateway reads back the group that was given.
    PushPath,
    /// A client that accepts nothing that is offered is no error.
    QuietIdentity,
    /// A label name with a colon is quoted like others that need it.
    QuotedColon,
    /// What comes with an exemplar that is refused is not counted either.
    RefusedExemplar,
    /// The linter sees that labels in another order are the same.
    SortedLabels,
    /// Who asks for some families is not told about others.
    Unasked,
    /// Merging gatherers keeps the units.
    UnitKept,
    /// The unit of an untyped function is not lost.
    UntypedUnit,
    /// The call cannot be written with our types.
    Unwritable,
    /// All of an expectation must be there, and the order of labels does not matter.
    WholeExpectation,
    /// What is formatted is a whole exposition.
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

    /// Names the rule as `known_differences.md` does.
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
