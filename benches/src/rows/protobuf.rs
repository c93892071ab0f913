//! Counters and histograms with two labels, scraped in protobuf.
//!
//! `metrics` also supports protobuf, but does not build without a protobuf compiler.

use fastmetrics::format::protobuf::ProtobufProfile;
use promfmt::Format;

use super::{histogram_series, series};
use crate::row::{Candidate, MakeSeries, Render, Series};

pub(crate) const COUNTERS: &[Candidate<MakeSeries>] = &[
    Candidate::ours(|size| ours(series::ours_filled(size).0)),
    Candidate::peer("prometheus", |size| tikv(series::tikv_filled(size).0)),
    Candidate::peer("prometheus-client", |size| {
        client(series::client_filled(size).0)
    }),
    Candidate::peer("fastmetrics", |size| fast(series::fast_filled(size).0)),
];

pub(crate) const HISTOGRAMS: &[Candidate<MakeSeries>] = &[
    Candidate::ours(|size| ours(histogram_series::ours_filled(size))),
    Candidate::peer("prometheus", |size| {
        tikv(histogram_series::tikv_filled(size))
    }),
    Candidate::peer("prometheus-client", |size| {
        client(histogram_series::client_filled(size))
    }),
    Candidate::peer("fastmetrics", |size| {
        fast(histogram_series::fast_filled(size))
    }),
];

fn ours(registry: promcore::Registry) -> Series {
    series::only_read(series::encode(registry, Format::PROTOBUF))
}

fn tikv(registry: prometheus::Registry) -> Series {
    let encoder = prometheus::ProtobufEncoder::new();
    series::only_read(series::tikv_encode(registry, encoder))
}

fn client(registry: prometheus_client::registry::Registry) -> Series {
    series::only_read(Box::new(move |out| {
        *out = prometheus_client::encoding::prometheus_protobuf::encode_to_vec(&registry)
            .expect("writing cannot fail");
    }))
}

fn fast(registry: fastmetrics::registry::Registry) -> Series {
    let render: Render = Box::new(move |out| {
        let profile = ProtobufProfile::Prometheus;
        fastmetrics::format::protobuf::encode(out, &registry, profile)
            .expect("writing cannot fail");
    });
    series::only_read(render)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each label value occurs once per series.
    #[test]
    fn everybody_writes_all_series() {
        for candidate in COUNTERS.iter().chain(HISTOGRAMS) {
            let series = (candidate.make)(1000);
            let mut out = Vec::new();
            (series.render)(&mut out);
            let method = b"\x06method";
            let count = out.windows(method.len()).filter(|it| it == method).count();
            assert_eq!(count, 1000, "{}", candidate.who);
        }
    }
}
