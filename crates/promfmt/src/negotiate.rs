//! Format negotiation by `Accept` headers.

use crate::escape::Escaping;
use crate::format::{Format, Syntax};

impl Format {
    /// Chooses a format from an `Accept` header: text format, unless protobuf is preferred.
    ///
    /// Pass the first `Accept` header of a request.
    /// Unknown clauses and wildcards are ignored; without an explicit preference the result is [`Format::TEXT`].
    /// The escaping is that of the chosen clause, or of the last clause before it that names one.
    ///
    /// Follows `Negotiate` in `expfmt/encode.go` of prometheus/common 0.70.1, including quirks in the order of clauses.
    ///
    /// # Examples
    ///
    /// ```
    /// use promfmt::{Escaping, Format};
    ///
    /// let accept = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,\
    ///     text/plain;version=0.0.4;escaping=allow-utf-8;q=0.5,*/*;q=0.1";
    /// assert_eq!(Format::negotiate(accept), Format::PROTOBUF);
    /// assert_eq!(Format::negotiate("*/*"), Format::TEXT);
    /// ```
    #[doc(alias = "Negotiate")]
    #[must_use]
    pub fn negotiate(accept: &str) -> Self {
        choose(accept, |clause| clause.protobuf().or_else(|| clause.text()))
    }

    /// Chooses a format like [`negotiate`](Self::negotiate), or OpenMetrics if it is preferred.
    ///
    /// # Examples
    ///
    /// ```
    /// use promfmt::Format;
    ///
    /// let accept = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3";
    /// assert_eq!(Format::negotiate_including_open_metrics(accept), Format::OPEN_METRICS);
    /// ```
    #[doc(alias = "NegotiateIncludingOpenMetrics")]
    #[must_use]
    pub fn negotiate_including_open_metrics(accept: &str) -> Self {
        choose(accept, |clause| {
            let others = || clause.text().or_else(|| clause.open_metrics());
            clause.protobuf().or_else(others)
        })
    }
}

/// Returns the format of the first clause for which `offer` returns one.
fn choose(accept: &str, offer: impl Fn(&Clause<'_>) -> Option<Syntax>) -> Format {
    let mut escaping = Escaping::default();
    for clause in clauses(accept) {
        let mut known = Escaping::ALL.into_iter();
        let named = known.find(|it| it.as_str() == clause.escaping);
        escaping = named.unwrap_or(escaping);
        if let Some(syntax) = offer(&clause) {
            return Format { syntax, escaping };
        }
    }
    Format {
        syntax: Syntax::Text,
        escaping,
    }
}

/// A clause of an `Accept` header: a media type, its parameters and its quality.
#[derive(Debug)]
struct Clause<'a> {
    kind: (&'a str, &'a str),
    quality: f32,
    version: &'a str,
    proto: &'a str,
    encoding: &'a str,
    escaping: &'a str,
}

impl<'a> Clause<'a> {
    /// Parses a clause leniently; returns `None` if it has no media type.
    fn parse(clause: &'a str) -> Option<Self> {
        let (kind, mut params) = cut(trim(clause), ';');
        let mut this = Self {
            kind: media_type(kind)?,
            quality: 1.0,
            version: "",
            proto: "",
            encoding: "",
            escaping: "",
        };
        while !params.is_empty() {
            let param;
            (param, params) = cut(params, ';');
            let (name, value) = cut(param, '=');
            if value.is_empty() {
                continue;
            }
            let (value, more) = cut(value, '=');
            if !more.is_empty() {
                continue;
            }
            match trim(name) {
                "q" => this.quality = quality(value),
                "version" => this.version = trim(value),
                "proto" => this.proto = trim(value),
                "encoding" => this.encoding = trim(value),
                "escaping" => this.escaping = trim(value),
                _ => {}
            }
        }
        Some(this)
    }

    fn text(&self) -> Option<Syntax> {
        let is_text = self.kind == ("text", "plain") && matches!(self.version, "" | "0.0.4");
        is_text.then_some(Syntax::Text)
    }

    fn open_metrics(&self) -> Option<Syntax> {
        match (self.kind, self.version) {
            (("application", "openmetrics-text"), "" | "0.0.1") => Some(Syntax::OpenMetrics0),
            (("application", "openmetrics-text"), "1.0.0") => Some(Syntax::OpenMetrics1),
            _ => None,
        }
    }

    fn protobuf(&self) -> Option<Syntax> {
        let is_ours = self.kind == ("application", "vnd.google.protobuf")
            && self.proto == "io.prometheus.client.MetricFamily";
        match self.encoding {
            "delimited" if is_ours => Some(Syntax::Protobuf),
            "text" if is_ours => Some(Syntax::ProtobufText),
            "compact-text" if is_ours => Some(Syntax::ProtobufCompactText),
            _ => None,
        }
    }

    /// Reports whether Go sorts the clause before `other`.
    ///
    /// This is not a strict order: each of two clauses may be before the other.
    fn is_before(&self, other: &Self) -> bool {
        self.quality > other.quality
            || (self.kind.0 != "*" && other.kind.0 == "*")
            || (self.kind.1 != "*" && other.kind.1 == "*")
    }

    /// Orders many clauses by quality.
    fn by_quality(&self, other: &Self) -> std::cmp::Ordering {
        other.quality.total_cmp(&self.quality)
    }
}

/// The maximum number of clauses for which Go uses insertion sort.
const FEW: usize = 12;

/// Parses the clauses of a header, and sorts them in Go's order.
///
/// With [`Clause::is_before`], the result depends on the algorithm: Go uses insertion sort for few clauses.
/// More clauses than any scraper sends are sorted by quality, in O(n log n).
fn clauses(accept: &str) -> Vec<Clause<'_>> {
    let mut clauses: Vec<_> = accept.split(',').filter_map(Clause::parse).collect();
    if clauses.len() > FEW {
        clauses.sort_by(Clause::by_quality);
        return clauses;
    }
    for next in 1..clauses.len() {
        let mut at = next;
        while at > 0 && clauses[at].is_before(&clauses[at - 1]) {
            clauses.swap(at, at - 1);
            at -= 1;
        }
    }
    clauses
}

/// Splits a media type at its slash.
fn media_type(text: &str) -> Option<(&str, &str)> {
    let (first, behind) = cut(text, '/');
    let (second, more) = cut(behind, '/');
    match (trim(first), behind) {
        ("*", "") => Some(("*", "*")),
        (_, "") => None,
        (first, _) => more.is_empty().then_some((first, trim(second))),
    }
}

/// Parses a quality; anything that Go does not accept as a number is 0, including a number after a space, and NaN with a sign.
///
/// Hexadecimal numbers, and underscores between digits, which Go accepts here and no scraper sends, are 0 too.
fn quality(text: &str) -> f32 {
    let quality = text.parse().unwrap_or(0.0);
    if f32::is_nan(quality) && text.starts_with(['+', '-']) {
        0.0
    } else {
        quality
    }
}

/// Splits a text at the first separator, which may be missing.
fn cut(text: &str, separator: char) -> (&str, &str) {
    text.split_once(separator).unwrap_or((text, ""))
}

fn trim(text: &str) -> &str {
    text.trim_matches(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accept: &str, expected: Format) {
        assert_eq!(Format::negotiate_including_open_metrics(accept), expected);
    }

    #[test]
    fn whoever_does_not_say_is_sent_text() {
        for accept in ["", "*/*", "*", "text/html", "text/*", ",;,=", "a/b/c", "/"] {
            check(accept, Format::TEXT);
        }
    }

    #[test]
    fn versions_are_told_apart() {
        check("application/openmetrics-text", Format::OPEN_METRICS_0_0_1);
        check(
            "application/openmetrics-text; version=1.0.0",
            Format::OPEN_METRICS,
        );
        check("application/openmetrics-text;version=2.0.0", Format::TEXT);
        let dots = Format::TEXT.escaping(Escaping::Dots);
        check("text/plain;version=1.0.0;escaping=dots", dots);
    }

    #[test]
    fn without_open_metrics_others_are_chosen() {
        let accept = "application/openmetrics-text;version=1.0.0,text/plain;q=0.1";
        assert_eq!(Format::negotiate(accept), Format::TEXT);
        check(accept, Format::OPEN_METRICS);
    }

    #[test]
    fn parameters_are_read_as_go_reads_them() {
        let open = "application/openmetrics-text;version=1.0.0";
        // An invalid quality, such as one after a space, is 0.
        check(&format!("{open};q=x,text/plain;q=0.1"), Format::TEXT);
        check(&format!("{open};q= 1,text/plain;q=0.1"), Format::TEXT);
        check(&format!("{open};q=-nan,text/plain;q=0.1"), Format::TEXT);
        check(&format!("{open};q==x,text/plain"), Format::OPEN_METRICS);
        check(&format!("{open};q==,text/plain"), Format::TEXT);
        check(&format!("{open};version=0.0.1"), Format::OPEN_METRICS_0_0_1);
        check(&format!("{open};version="), Format::OPEN_METRICS);
        check(&format!("{open};version=\"0.0.1\""), Format::TEXT);
        check("text/plain/,application/json;escaping=dots", Format::TEXT);
        let dots = Format::TEXT.escaping(Escaping::Dots);
        check("a//;escaping=dots", dots);
        check("a/;escaping=dots", Format::TEXT);
        check("*/;escaping=dots", dots);
    }

    #[test]
    fn an_escaping_holds_until_another_is_named() {
        let values = Format::TEXT.escaping(Escaping::Values);
        check("a/b;escaping=values,text/plain;q=0.5", values);
        check("a/b;escaping=values,text/plain;escaping=x;q=0.5", values);
        check("text/plain,a/b;escaping=values;q=0.5", Format::TEXT);
    }

    #[test]
    fn the_order_of_wildcards_is_that_of_go() {
        // The second is before the first, since it has no wildcard; the third is not before the second.
        let open = "application/openmetrics-text;version=1.0.0";
        check(&format!("*/*,{open};q=0.5,text/plain;q=0.7"), Format::TEXT);
        check(
            &format!("{open};q=0.5,*/*;q=0.9,text/html;q=0.5"),
            Format::OPEN_METRICS,
        );
    }

    #[test]
    fn many_clauses_take_little_time() {
        let mut accept = "application/openmetrics-text;version=1.0.0;q=0.5,".repeat(20);
        check(&accept, Format::OPEN_METRICS);
        accept.push_str("text/plain;q=0.7");
        check(&accept, Format::TEXT);
        let rising = (0..50_000)
            .map(|q| format!("a/b;q={q},"))
            .collect::<String>();
        check(&rising, Format::TEXT);
    }
}
