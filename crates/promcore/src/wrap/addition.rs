use crate::constant::ConstMetric;
use crate::desc::{Desc, DescOpts};
use crate::error::Error;
use crate::labels::LabelPair;

/// Labels or a prefix added to metrics.
#[derive(Debug, Default)]
pub(crate) struct Addition {
    prefix: String,
    pub(super) labels: Vec<LabelPair>,
}

impl Addition {
    pub(super) fn labels<K: Into<String>, V: Into<String>>(
        labels: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let labels = labels.into_iter();
        let labels = labels.map(|(name, value)| LabelPair::new(name, value));
        let mut labels: Vec<LabelPair> = labels.collect();
        labels.sort_unstable();
        Self {
            labels,
            ..Self::default()
        }
    }

    pub(super) fn prefix(prefix: impl Into<String>) -> Self {
        Self {
            prefix: prefix.into(),
            ..Self::default()
        }
    }

    /// Applies the addition to a descriptor; an error that the descriptor already has takes precedence.
    pub(super) fn to_desc(&self, desc: &Desc) -> Desc {
        if desc.error().is_some() || self.prefix.is_empty() && self.labels.is_empty() {
            return desc.clone();
        }
        self.try_to_desc(desc).unwrap_or_else(Desc::invalid)
    }

    fn try_to_desc(&self, desc: &Desc) -> Result<Desc, Error> {
        let has = |label: &&LabelPair| desc.const_labels().iter().any(|it| it.name == label.name);
        if let Some(label) = self.labels.iter().find(has) {
            return Err(Error::WrappedLabel {
                metric: desc.name().to_owned(),
                label: label.name.clone(),
            });
        }
        let labels = desc.const_labels().iter().chain(&self.labels);
        let labels = labels.map(|label| (label.name.as_str(), label.value.as_str()));
        let name = format!("{}{}", self.prefix, desc.name());
        let opts = DescOpts::new(name, desc.help())
            .unit(desc.unit())
            .variable_labels(desc.constrainable_labels())
            .const_labels(labels);
        Desc::new(opts)
    }

    /// Applies the addition to a metric, whose descriptor becomes `desc`.
    pub(super) fn to_metric(&self, metric: ConstMetric, desc: Desc) -> ConstMetric {
        metric.with_labels(desc, &self.labels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variable_label::VariableLabel;

    fn desc() -> Desc {
        let variable = VariableLabel::constrained("v", str::to_lowercase);
        let opts = DescOpts::new("m", "Help.").unit("s");
        let opts = opts.variable_labels([variable]).const_labels([("c", "1")]);
        Desc::new(opts).unwrap()
    }

    #[track_caller]
    fn check(addition: &Addition, expected: &str) {
        let wrapped = addition.to_desc(&desc());
        let error = wrapped.error().map(ToString::to_string);
        assert_eq!(error.unwrap_or_else(|| wrapped.to_string()), expected);
    }

    #[test]
    fn labels_become_constant_ones() {
        check(
            &Addition::labels([("z", "3"), ("a", "2")]),
            r#"Desc{fqName: "m", help: "Help.", unit: "s", constLabels: {a="2",c="1",z="3"}, variableLabels: {c(v)}}"#,
        );
        check(
            &Addition::prefix("p_"),
            r#"Desc{fqName: "p_m", help: "Help.", unit: "s", constLabels: {c="1"}, variableLabels: {c(v)}}"#,
        );
    }

    #[test]
    fn labels_that_are_there_are_refused() {
        check(
            &Addition::labels([("c", "2")]),
            r#"metric "m" has the label "c" already, which was to be added"#,
        );
        let twice = r#"label name "v" occurs twice in metric "m""#;
        check(&Addition::labels([("v", "2")]), twice);
        let twice = r#"label name "a" occurs twice in metric "m""#;
        check(&Addition::labels([("a", "1"), ("a", "2")]), twice);
        let invalid = r#"label name "__a" of metric "m" is not valid"#;
        check(&Addition::labels([("__a", "1")]), invalid);
    }

    #[test]
    fn the_first_error_stays() {
        let broken = Desc::invalid(Error::custom("broken"));
        let wrapped = Addition::prefix("p_").to_desc(&broken);
        assert_eq!(wrapped.error().unwrap().to_string(), "broken");
    }
}
