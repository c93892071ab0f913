//! Derived label sets.
#![forbid(unsafe_code)]
#![deny(missing_docs, unused, clippy::all)]

use std::borrow::Cow;
use std::fmt::Display;
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use promcore::{CounterFamily, HistogramFamily, LabelSet, LabelValue};

#[derive(Clone, Copy, LabelValue)]
#[label(rename_all = "UPPERCASE")]
enum Method {
    Get,
    Post,
}

/// Checks the names, the values in the order of the names, and the number of sets.
#[track_caller]
fn check<S: LabelSet>(labels: &S::Ref<'_>, expected: &[(&str, &str)], count: usize) {
    let names: Vec<&str> = expected.iter().map(|(name, _)| *name).collect();
    assert_eq!(S::NAMES, names);
    let values: Vec<&str> = expected.iter().map(|(_, value)| *value).collect();
    S::with_values(labels, |given| assert_eq!(given, values));
    assert_eq!(S::COUNT, count);
    assert!(count == 0 || S::number(labels) < count);
}

#[derive(LabelSet)]
struct Request<'a> {
    code: u16,
    method: Method,
    route: &'a str,
}

#[test]
fn each_field_is_a_label() {
    let route = String::from("/users");
    let labels = Request {
        code: 200,
        method: Method::Get,
        route: &route,
    };
    let expected = [("code", "200"), ("method", "GET"), ("route", "/users")];
    check::<Request<'_>>(&labels, &expected, 0);

    let requests = CounterFamily::<Request<'_>>::new("requests_total", "Requests.").unwrap();
    requests.with(&labels).inc();
    requests.with(&labels).inc();
    assert_eq!(requests.with(&labels).value(), 2.0);
    assert!(requests.remove(&labels));
    assert!(!requests.remove(&labels));
}

#[test]
fn fields_are_of_many_types() {
    #[derive(LabelSet)]
    struct Many<'a, 'b> {
        owned: String,
        cow: Cow<'a, str>,
        shared: Arc<str>,
        borrowed: &'b &'a str,
        signed: i64,
        large: usize,
        letter: char,
        option: Option<&'b str>,
        none: Option<Method>,
    }
    let labels = Many {
        owned: "a".into(),
        cow: "b".into(),
        shared: "c".into(),
        borrowed: &"d",
        signed: -1,
        large: 1,
        letter: 'e',
        option: Some("f"),
        none: None,
    };
    let values = ["a", "b", "c", "d", "-1", "1", "e", "f", ""];
    let names = [
        "owned", "cow", "shared", "borrowed", "signed", "large", "letter", "option", "none",
    ];
    let expected: Vec<_> = names.into_iter().zip(values).collect();
    check::<Many<'_, '_>>(&labels, &expected, 0);
}

#[test]
fn sets_of_finite_values_are_numbered() {
    #[derive(Clone, Copy, LabelSet)]
    struct Call {
        method: Method,
        cached: bool,
        retry: Option<bool>,
    }
    let mut numbers = Vec::new();
    for method in [Method::Get, Method::Post] {
        for cached in [false, true] {
            for retry in [None, Some(false), Some(true)] {
                numbers.push(Call::number(&Call {
                    method,
                    cached,
                    retry,
                }));
            }
        }
    }
    assert_eq!(numbers, Vec::from_iter(0..Call::COUNT));

    let calls = CounterFamily::<Call>::new("calls_total", "Calls.").unwrap();
    let call = Call {
        method: Method::Post,
        cached: true,
        retry: None,
    };
    calls.with(&call).inc();
    assert_eq!(calls.with(&call).value(), 1.0);
    let other = Call {
        cached: false,
        ..call
    };
    assert_eq!(calls.with(&other).value(), 0.0);
    check::<Call>(
        &call,
        &[("method", "POST"), ("cached", "true"), ("retry", "")],
        12,
    );
}

#[test]
fn labels_are_renamed() {
    #[derive(LabelSet)]
    #[label(rename_all = "camelCase")]
    struct Renamed {
        status_code: u8,
        #[label(rename = "http.method")]
        method: Method,
        r#type: bool,
    }
    let labels = Renamed {
        status_code: 1,
        method: Method::Get,
        r#type: true,
    };
    let expected = [
        ("statusCode", "1"),
        ("http.method", "GET"),
        ("type", "true"),
    ];
    check::<Renamed>(&labels, &expected, 0);
}

#[test]
fn whatever_has_a_display_can_be_a_label() {
    #[derive(LabelSet)]
    struct Peer {
        #[label(display)]
        address: IpAddr,
        #[label(display, rename = "share")]
        float: f64,
    }
    let labels = Peer {
        address: Ipv4Addr::LOCALHOST.into(),
        float: 0.5,
    };
    let expected = [("address", "127.0.0.1"), ("share", "0.5")];
    check::<Peer>(&labels, &expected, 0);
}

#[test]
fn skipped_fields_have_nothing_to_do_with_labels() {
    struct Opaque;
    #[derive(LabelSet)]
    struct Partly {
        method: Method,
        #[label(skip)]
        _rest: Opaque,
    }
    let labels = Partly {
        method: Method::Post,
        _rest: Opaque,
    };
    check::<Partly>(&labels, &[("method", "POST")], 2);
}

#[test]
fn label_sets_are_parts_of_others() {
    #[derive(LabelSet)]
    struct Route<'a> {
        host: &'a str,
        path: &'a str,
    }
    #[derive(LabelSet)]
    struct Flags {
        cached: bool,
    }
    #[derive(LabelSet)]
    struct Nested<'a> {
        code: u16,
        #[label(flatten)]
        route: Route<'a>,
        #[label(flatten)]
        flags: Flags,
        last: char,
    }
    let labels = Nested {
        code: 404,
        route: Route {
            host: "a",
            path: "/",
        },
        flags: Flags { cached: true },
        last: 'z',
    };
    let expected = [
        ("code", "404"),
        ("host", "a"),
        ("path", "/"),
        ("cached", "true"),
        ("last", "z"),
    ];
    check::<Nested<'_>>(&labels, &expected, 0);

    #[derive(LabelSet)]
    struct Finite {
        method: Method,
        #[label(flatten)]
        flags: Flags,
    }
    let labels = Finite {
        method: Method::Post,
        flags: Flags { cached: false },
    };
    check::<Finite>(&labels, &[("method", "POST"), ("cached", "false")], 4);
    assert_eq!(Finite::number(&labels), 2);
}

#[test]
fn generics_are_asked_for_what_their_fields_need() {
    #[derive(LabelSet)]
    struct Generic<'a, T, D, S, const N: usize>
    where
        T: Clone,
    {
        value: Option<T>,
        #[label(display)]
        shown: &'a D,
        #[label(flatten)]
        set: S,
        #[label(skip)]
        _size: PhantomData<[u8; N]>,
    }
    fn check_generic<D: Display + 'static>(shown: &D, expected: &str) {
        let labels = Generic::<'_, _, _, _, 3> {
            value: Some(Method::Get),
            shown,
            set: Pair("a", 1),
            _size: PhantomData,
        };
        let expected = [
            ("value", "GET"),
            ("shown", expected),
            ("first", "a"),
            ("second", "1"),
        ];
        check::<Generic<'_, Method, D, Pair, 3>>(&labels, &expected, 0);
    }
    #[derive(LabelSet)]
    struct Pair(
        #[label(rename = "first")] &'static str,
        #[label(rename = "second")] u8,
    );
    check_generic(&1.5, "1.5");
}

#[test]
fn a_set_may_have_no_labels() {
    #[derive(LabelSet)]
    struct Nothing;
    #[derive(LabelSet)]
    struct Empty {}
    check::<Nothing>(&Nothing, &[], 1);
    check::<Empty>(&Empty {}, &[], 1);
    let family = HistogramFamily::<Nothing>::new("seconds", "Seconds.").unwrap();
    family.with(&Nothing).observe(1.0);
    assert_eq!(family.with(&Nothing).snapshot().count, 1);
}

/// Too many sets for a family to find by number.
#[test]
fn very_many_sets_are_found_by_text() {
    #[derive(Clone, Copy, LabelSet)]
    struct Seven {
        a: Option<Option<Option<bool>>>,
        b: Option<Option<Option<bool>>>,
        c: Option<Option<Option<bool>>>,
        d: Option<Option<Option<bool>>>,
        e: Option<Option<Option<bool>>>,
        f: Option<Option<Option<bool>>>,
        g: Option<Option<Option<bool>>>,
    }
    assert_eq!(Seven::COUNT, 5_usize.pow(7));
    let some = Some(Some(Some(true)));
    let labels = Seven {
        a: some,
        b: some,
        c: some,
        d: some,
        e: some,
        f: some,
        g: some,
    };
    let family = CounterFamily::<Seven>::new("m_total", "").unwrap();
    family.with(&labels).inc();
    assert_eq!(family.with(&labels).value(), 1.0);
    assert_eq!(family.with(&Seven { g: None, ..labels }).value(), 0.0);
}

mod elsewhere {
    //! Names that the macros use have other meanings here, and `promcore` has another path.
    #![allow(dead_code, reason = "they only shadow names")]

    pub(crate) mod reexported {
        pub(crate) mod metrics {
            pub(crate) use promcore::*;
        }
    }

    mod promcore {}
    mod core {}
    mod std {}
    trait FnOnce {}
    trait LabelSet {}
    trait LabelValue {}
    type R = ();
    const NAMES: () = ();
    const COUNT: () = ();

    #[derive(reexported::metrics::LabelSet)]
    #[label(crate = "reexported::metrics")]
    pub(crate) struct Odd<'labels> {
        pub(crate) labels: &'labels str,
        pub(crate) then: bool,
        pub(crate) number: Word,
    }

    #[derive(Clone, Copy, reexported::metrics::LabelValue)]
    #[label(crate = "reexported::metrics")]
    pub(crate) enum Word {
        R,
        Then,
    }
}

#[test]
fn names_of_the_macros_are_nobody_elses() {
    use elsewhere::{Odd, Word};
    let labels = Odd {
        labels: "a",
        then: true,
        number: Word::Then,
    };
    let expected = [("labels", "a"), ("then", "true"), ("number", "Then")];
    check::<Odd<'_>>(&labels, &expected, 0);
    assert_eq!(Word::R.number(), 0);
}
