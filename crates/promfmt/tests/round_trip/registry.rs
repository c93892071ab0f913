//! The registry's view of arbitrary families.

use std::collections::HashSet;

use promcore::{
    ConstMetric, Desc, DescOpts, Error, Gatherer, Metric, MetricFamily, MetricType, MetricValue,
    Registry, collector_fn,
};

/// Returns the families and metrics that a registry can produce, as it produces them.
pub fn admit(families: Vec<MetricFamily>) -> Vec<MetricFamily> {
    // A registry has these as histograms; only parsers make them.
    let gauges = families
        .iter()
        .filter(|family| family.kind == MetricType::GaugeHistogram);
    let gauges: HashSet<String> = gauges.map(|family| family.name.clone()).collect();
    let metrics: Vec<ConstMetric> = families.into_iter().flat_map(const_metrics).collect();
    let registry = Registry::new();
    let collector = collector_fn(vec![], move |sink| metrics.iter().cloned().for_each(sink));
    registry
        .register(collector)
        .expect("no descriptor can clash");
    let mut families = registry.gather().families;
    for family in families
        .iter_mut()
        .filter(|family| gauges.contains(&family.name))
    {
        make_gauges(family);
    }
    families
}

fn const_metrics(family: MetricFamily) -> Vec<ConstMetric> {
    let MetricFamily {
        name,
        help,
        unit,
        metrics,
        ..
    } = family;
    let metrics = metrics.into_iter();
    metrics
        .filter_map(|metric| const_metric(&name, &help, &unit, metric).ok())
        .collect()
}

fn const_metric(name: &str, help: &str, unit: &str, metric: Metric) -> Result<ConstMetric, Error> {
    const NONE: &[&str] = &[];
    let labels = metric
        .labels
        .into_iter()
        .map(|label| (label.name, label.value));
    let desc = Desc::new(DescOpts::new(name, help).unit(unit).const_labels(labels))?;
    let made = match metric.value {
        MetricValue::Counter(value) => ConstMetric::counter(&desc, value, NONE),
        MetricValue::Gauge(value) => ConstMetric::gauge(&desc, value, NONE),
        MetricValue::GaugeHistogram(value) | MetricValue::Histogram(value) => {
            ConstMetric::histogram(&desc, value, NONE)
        }
        MetricValue::Summary(value) => ConstMetric::summary(&desc, value, NONE),
        MetricValue::Untyped(value) => ConstMetric::untyped(&desc, value, NONE),
        _ => unreachable!("there are no other types"),
    };
    Ok(match metric.timestamp_ms {
        Some(timestamp) => made?.timestamp_ms(timestamp),
        None => made?,
    })
}

fn make_gauges(family: &mut MetricFamily) {
    let mut metrics = family.metrics.iter_mut();
    if !metrics.all(|metric| matches!(metric.value, MetricValue::Histogram(_))) {
        return;
    }
    family.kind = MetricType::GaugeHistogram;
    for metric in &mut family.metrics {
        if let MetricValue::Histogram(histogram) = &mut metric.value {
            metric.value = MetricValue::GaugeHistogram(std::mem::take(histogram));
        }
    }
}
