use promcore::MetricType;

/// The metric types of OpenMetrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    Gauge,
    GaugeHistogram,
    Histogram,
    Info,
    StateSet,
    Summary,
    Unknown,
}

/// The role of a sample in its metric, according to the suffix of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Bucket,
    Count,
    Created,
    Sum,
    /// The value itself, or a quantile.
    Value,
}

impl Kind {
    /// Returns the type with this name in the text format.
    pub(super) fn of(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"counter" => Self::Counter,
            b"gauge" => Self::Gauge,
            b"gaugehistogram" => Self::GaugeHistogram,
            b"histogram" => Self::Histogram,
            b"info" => Self::Info,
            b"stateset" => Self::StateSet,
            b"summary" => Self::Summary,
            b"unknown" => Self::Unknown,
            _ => return None,
        })
    }

    /// Returns the suffixes of sample names, with their roles.
    pub(super) const fn suffixes(self) -> &'static [(&'static str, Role)] {
        match self {
            Self::Counter => &[("_total", Role::Value), ("_created", Role::Created)],
            Self::Gauge | Self::StateSet | Self::Unknown => &[("", Role::Value)],
            Self::GaugeHistogram => &[
                ("_bucket", Role::Bucket),
                ("_gcount", Role::Count),
                ("_gsum", Role::Sum),
                ("_created", Role::Created),
            ],
            Self::Histogram => &[
                ("_bucket", Role::Bucket),
                ("_count", Role::Count),
                ("_sum", Role::Sum),
                ("_created", Role::Created),
            ],
            Self::Info => &[("_info", Role::Value)],
            Self::Summary => &[
                ("", Role::Value),
                ("_count", Role::Count),
                ("_sum", Role::Sum),
                ("_created", Role::Created),
            ],
        }
    }

    /// Returns the suffix of the family name in a registry.
    pub(super) const fn name_suffix(self) -> &'static str {
        match self {
            Self::Counter => "_total",
            Self::Info => "_info",
            _ => "",
        }
    }

    /// Returns the label that distinguishes the samples of a metric with this role.
    pub(super) const fn own_label(self, role: Role) -> Option<&'static str> {
        match role {
            Role::Bucket | Role::Value => self.reserved_label(),
            Role::Count | Role::Created | Role::Sum => None,
        }
    }

    /// Returns the label that is reserved for samples of this type, and that a metric must not have.
    pub(super) const fn reserved_label(self) -> Option<&'static str> {
        match self {
            Self::GaugeHistogram | Self::Histogram => Some("le"),
            Self::Summary => Some("quantile"),
            _ => None,
        }
    }

    /// Reports whether a sample may have an exemplar.
    pub(super) const fn takes_exemplar(self, role: Role) -> bool {
        matches!(
            (self, role),
            (Self::Counter, Role::Value) | (_, Role::Bucket)
        )
    }

    /// Reports whether each sample of a metric is a separate metric in the tree.
    pub(super) const fn is_set(self) -> bool {
        matches!(self, Self::Info | Self::StateSet)
    }

    /// Returns the type in the tree.
    pub(super) const fn metric_type(self) -> MetricType {
        match self {
            Self::Counter => MetricType::Counter,
            Self::Gauge | Self::Info | Self::StateSet => MetricType::Gauge,
            Self::GaugeHistogram => MetricType::GaugeHistogram,
            Self::Histogram => MetricType::Histogram,
            Self::Summary => MetricType::Summary,
            Self::Unknown => MetricType::Untyped,
        }
    }
}
