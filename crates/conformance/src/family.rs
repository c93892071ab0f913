//! The families that the corpus is made of.

use std::fmt;

/// A group of cases with one form and one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Family {
    /// How numbers are written.
    Floats,
    /// Which names are valid, and how others are escaped.
    Names,
    /// Helpers that make bucket bounds.
    Buckets,
    /// Which format a scraper gets.
    Negotiate,
    /// What a Pushgateway is sent.
    Push,
    /// Programs that make metrics, and what they expose.
    Exposition,
    /// Programs that do something wrong.
    Errors,
    /// What a Graphite server is sent.
    Graphite,
    /// Requests to handlers and middleware.
    Promhttp,
    /// What the linter says.
    Promlint,
    /// Helpers for tests.
    Testutil,
    /// What the parser of the text format takes.
    Textparse,
}

impl Family {
    /// Lists the families in the order of the report.
    pub const ALL: [Self; 12] = [
        Self::Floats,
        Self::Names,
        Self::Buckets,
        Self::Negotiate,
        Self::Push,
        Self::Exposition,
        Self::Errors,
        Self::Graphite,
        Self::Promhttp,
        Self::Promlint,
        Self::Testutil,
        Self::Textparse,
    ];

    /// Names the family as the corpus does.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Floats => "floats",
            Self::Names => "names",
            Self::Buckets => "buckets",
            Self::Negotiate => "negotiate",
            Self::Push => "push",
            Self::Exposition => "exposition",
            Self::Errors => "errors",
            Self::Graphite => "graphite",
            Self::Promhttp => "promhttp",
            Self::Promlint => "promlint",
            Self::Testutil => "testutil",
            Self::Textparse => "textparse",
        }
    }

    /// Whether its cases are the lines of one file, not the files of a folder.
    pub(crate) const fn is_table(self) -> bool {
        matches!(
            self,
            Self::Floats | Self::Names | Self::Buckets | Self::Negotiate | Self::Push
        )
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
