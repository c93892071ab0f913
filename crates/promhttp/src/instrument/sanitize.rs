//! Methods and codes as label values, limited in number whatever clients send.
//!
//! Follows `sanitizeMethod` and `sanitizeCode` of `promhttp/instrument_server.go`.

use http::StatusCode;

/// The label value of unknown methods and codes.
pub(crate) const UNKNOWN: &str = "unknown";

/// The methods that are known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Methods {
    /// In lower case.
    extra: Vec<String>,
}

/// The label value of a method.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Method {
    Known(&'static str),
    Extra(usize),
}

impl Methods {
    pub(crate) fn new(extra: impl IntoIterator<Item = String>) -> Self {
        let extra = extra.into_iter();
        Self {
            extra: extra.map(|method| method.to_ascii_lowercase()).collect(),
        }
    }

    /// Finds the label value of a method; as in Go, known methods match in upper or lower case, extra ones in any.
    pub(crate) fn find(&self, method: &str) -> Method {
        let known = match method {
            "GET" | "get" => "get",
            "PUT" | "put" => "put",
            "HEAD" | "head" => "head",
            "POST" | "post" => "post",
            "DELETE" | "delete" => "delete",
            "CONNECT" | "connect" => "connect",
            "OPTIONS" | "options" => "options",
            "NOTIFY" | "notify" => "notify",
            "TRACE" | "trace" => "trace",
            "PATCH" | "patch" => "patch",
            _ => {
                let mut extra = self.extra.iter();
                let extra = extra.position(|extra| extra.eq_ignore_ascii_case(method));
                return extra.map_or(Method::Known(UNKNOWN), Method::Extra);
            }
        };
        Method::Known(known)
    }

    pub(crate) fn text(&self, method: Method) -> &str {
        match method {
            Method::Known(known) => known,
            Method::Extra(extra) => &self.extra[extra],
        }
    }
}

/// How a request ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome {
    /// It was cancelled before there was a response.
    Aborted,
    /// With an error of some kind instead of a response.
    Failed(&'static str),
    /// With a response.
    Answered(StatusCode),
}

impl Outcome {
    /// Returns the label value.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Aborted => "aborted",
            Self::Failed(kind) => kind,
            Self::Answered(code) if (100..600).contains(&code.as_u16()) => code.as_str(),
            Self::Answered(_) => UNKNOWN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_outside_the_known_ones_are_unknown() {
        let methods = Methods::new(["PROPFIND".to_owned(), "brew".to_owned()]);
        let check = |method: &str, expected: &str| {
            assert_eq!(methods.text(methods.find(method)), expected, "{method}");
        };
        for known in [
            "get", "put", "head", "post", "delete", "connect", "options", "notify", "trace",
            "patch",
        ] {
            check(known, known);
            check(&known.to_uppercase(), known);
        }
        check("propfind", "propfind");
        check("PropFind", "propfind");
        check("BREW", "brew");
        check("Get", "unknown");
        check("MKCOL", "unknown");
        check("", "unknown");
    }

    #[test]
    fn codes_outside_100_to_599_are_unknown() {
        let check = |code, expected| {
            let code = StatusCode::from_u16(code).unwrap();
            assert_eq!(Outcome::Answered(code).text(), expected);
        };
        check(100, "100");
        check(226, "226");
        check(599, "599");
        check(600, "unknown");
        check(999, "unknown");
        assert_eq!(Outcome::Failed("error").text(), "error");
        assert_eq!(Outcome::Aborted.text(), "aborted");
    }
}
