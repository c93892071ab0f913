//! The families of the corpus.

use std::fmt;

/// A group of cases with one form and one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Family {
    /// Formatting of numbers.
    Floats,
    /// Validity and escaping of names.
    Names,
    /// Helpers that make bucket bounds.
    Buckets,
    /// Format negotiation.
    Negotiate,
    /// Pushes to a Pushgateway.
    Push,
    /// Programs that make metrics, and their expositions.
    Exposition,
    /// Programs with errors.
    Errors,
    /// Pushes to Graphite.
    Graphite,
    /// Requests to handlers and middleware.
    Promhttp,
    /// Results of the linter.
    Promlint,
    /// Helpers for tests.
    Testutil,
    /// Inputs of the text format parser.
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

    /// Returns the name of the family in the corpus.
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

    /// Reports whether its cases are the lines of one file, not the files of a folder.
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
