//! Which format a scraper gets: `Accept` headers.

use crate::escape::Escaping;
use crate::format::{Format, Syntax};

impl Format {
    /// Chooses a format by an `Accept` header: text format, unless protobuf is asked for.
    ///
    /// Of several headers of that name, only the first counts.
    /// What is not understood is passed over, and wildcards ask for nothing in particular, so that whoever does not say is sent [`Format::TEXT`].
    /// The escaping is the one of the clause that was chosen, or else of the last one before it that named one.
    ///
    /// Follows `Negotiate` in `expfmt/encode.go` of prometheus/common 0.70.1, quirks of the order of clauses included.
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

    /// Chooses a format as [`negotiate`](Self::negotiate) does, or OpenMetrics if that is asked for.
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

/// Returns the format of the first clause that `offer` has one for.
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

/// A part of an `Accept` header: a type, what else is said about it, and how much it is wanted.
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
    /// Reads a clause, as far as it can be read; without a type it is none.
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

    /// Says whether Go puts the clause before `other`.
    ///
    /// This is no order: of two, each may come before the other one.
    fn is_before(&self, other: &Self) -> bool {
        self.quality > other.quality
            || (self.kind.0 != "*" && other.kind.0 == "*")
            || (self.kind.1 != "*" && other.kind.1 == "*")
    }

    /// Orders many clauses: by how much they are wanted.
    fn by_quality(&self, other: &Self) -> std::cmp::Ordering {
        other.quality.total_cmp(&self.quality)
    }
}

/// Most clauses that Go puts in order by insertion.
const FEW: usize = 12;

/// Reads the clauses of a header, and puts them in Go's order.
///
/// With [`Clause::is_before`], that depends on how one sorts: Go inserts few clauses one after the other.
/// More than these no scraper sends; they are sorted in a proper way, whose time has bounds.
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

/// Splits a type at its slash.
fn media_type(text: &str) -> Option<(&str, &str)> {
    let (first, behind) = cut(text, '/');
    let (second, more) = cut(behind, '/');
    match (trim(first), behind) {
        ("*", "") => Some(("*", "*")),
        (_, "") => None,
        (first, _) => more.is_empty().then_some((first, trim(second))),
    }
}

/// Reads how much a clause is wanted: what Go takes for no number is 0, a space before one and a sign before NaN included.
fn quality(text: &str) -> f32 {
    let quality = text.parse().unwrap_or(0.0);
    match f32::is_nan(quality) && text.starts_with(['+', '-']) {
        true => 0.0,
        false => quality,
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
        // No number, or a number behind a space, is a quality of 0; what has two signs is nothing.
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
        // The second comes before the first, since it has no wildcard; the third does not come before the second.
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
