use proptest::{prop_assert, proptest};

use super::*;

fn address(url: &str) -> Result<Address, String> {
    Address::parse(url).map_err(|error| error.to_string())
}

/// Checks the path below `/metrics`.
#[track_caller]
fn check_path(job: &str, labels: &[(&str, &str)], expected: &str) {
    let labels = labels.iter();
    let labels = labels.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let url = address("http://push").unwrap();
    let url = url.group(job, &labels.collect());
    assert_eq!(url, format!("http://push/metrics{expected}"));
    assert!(url.parse::<Uri>().is_ok(), "{url}");
}

#[track_caller]
fn check_base(url: &str, expected: &str) {
    let group = address(url).map(|address| address.group("j", &BTreeMap::new()));
    assert_eq!(group, Ok(format!("{expected}/metrics/job/j")));
}

#[track_caller]
fn check_refused(url: &str, expected: &str) {
    let message = format!("Pushgateway address {expected}");
    assert_eq!(address(url).map(|address| address.base), Err(message));
}

#[test]
fn b21_the_examples_of_the_pushgateway_are_right() {
    check_path("some_job", &[], "/job/some_job");
    check_path(
        "some_job",
        &[("instance", "some_instance")],
        "/job/some_job/instance/some_instance",
    );
    check_path(
        "directory_cleaner",
        &[("path", "/var/tmp")],
        "/job/directory_cleaner/path@base64/L3Zhci90bXA",
    );
    check_path(
        "example",
        &[("first_label", ""), ("second_label", "foobar")],
        "/job/example/first_label@base64/=/second_label/foobar",
    );
    check_path(
        "titan",
        &[("name", "Προμηθεύς")],
        "/job/titan/name/%CE%A0%CF%81%CE%BF%CE%BC%CE%B7%CE%B8%CE%B5%CF%8D%CF%82",
    );
}

#[test]
fn b21_base64_is_the_url_safe_one_without_padding() {
    // In the standard alphabet, it would be `Pz8/Pi8+`, with a slash.
    check_path("???>/>", &[], "/job@base64/Pz8_Pi8-");
    check_path("a/b", &[], "/job@base64/YS9i");
    check_path("/", &[("zone", "a/")], "/job@base64/Lw/zone@base64/YS8");
}

#[test]
fn b21_everything_that_means_something_is_escaped() {
    check_path("a b", &[("c", "d+e")], "/job/a%20b/c/d%2Be");
    check_path("?q#f", &[("c", "%2F")], "/job/%3Fq%23f/c/%252F");
    check_path(
        "~-_.!*'()",
        &[("c", "a:b;c,d=e@f&g")],
        "/job/~-_.%21%2A%27%28%29/c/a%3Ab%3Bc%2Cd%3De%40f%26g",
    );
    check_path(
        "\n",
        &[("c", "\"<>\\^`{|}")],
        "/job/%0A/c/%22%3C%3E%5C%5E%60%7B%7C%7D",
    );
    check_path("=", &[], "/job/%3D");
}

#[test]
fn a_dot_is_no_way_up() {
    check_path(".", &[("c", "..")], "/job@base64/Lg/c@base64/Li4");
    check_path("...", &[], "/job/...");
}

#[test]
fn labels_come_in_the_order_of_their_names() {
    check_path(
        "j",
        &[("zone", "1"), ("b", "2"), ("a_c", "3"), ("a", "4")],
        "/job/j/a/4/a_c/3/b/2/zone/1",
    );
}

#[test]
fn names_may_be_anything() {
    check_path("j", &[("a.b", "v")], "/job/j/a.b/v");
    check_path("j", &[("a b", "v")], "/job/j/a%20b/v");
    check_path("j", &[("größe", "v")], "/job/j/gr%C3%B6%C3%9Fe/v");
    check_path("j", &[("?", "v"), ("#", "w")], "/job/j/%23/w/%3F/v");
    check_path("j", &[("a%b", "v")], "/job/j/a%25b/v");
    // Unescaped, these would be read as something else.
    check_path("j", &[("a/b", "v")], "/job/j/U__a_2f_b/v");
    check_path("j", &[("..", "v")], "/job/j/U___2e__2e_/v");
    check_path("j", &[("a@base64", "v")], "/job/j/U__a_40_base64/v");
}

#[test]
fn an_address_is_taken_as_people_write_it() {
    check_base("push:9091", "http://push:9091");
    check_base("http://push:9091/", "http://push:9091");
    check_base("HTTPS://push", "https://push");
    check_base("push/below/this/", "http://push/below/this");
    check_base("http://push//", "http://push/");
    check_base("http://[::1]:9091", "http://[::1]:9091");
    check_base(
        "http://push/é and%20more",
        "http://push/%C3%A9%20and%20more",
    );
}

#[test]
fn an_address_that_is_none_is_refused() {
    check_refused("", "\"\" is not valid: it is no URL");
    let reason = "is not valid: the port is no number up to 65535";
    check_refused("http://x:port", &format!("\"http://x:port\" {reason}"));
    check_refused(
        "http://[::1]:port",
        &format!("\"http://[::1]:port\" {reason}"),
    );
    let reason = "is not valid: the scheme is neither http nor https";
    check_refused("foo://bar", &format!("\"foo://bar\" {reason}"));
    let reason = "is not valid: a percent sign is not followed by two digits";
    check_refused("http://x/%zz", &format!("\"http://x/%zz\" {reason}"));
    check_refused("http://x/a%1", &format!("\"http://x/a%1\" {reason}"));
    let reason = "is not valid: it has a query or a fragment";
    check_refused("http://x/?y=1", &format!("\"http://x/?y=1\" {reason}"));
    check_refused("x#y", &format!("\"x#y\" {reason}"));
}

#[test]
fn credentials_are_used_and_not_shown() {
    let with = address("http://us%20er:p%3Aw@push").unwrap();
    let credentials = with.credentials.clone().unwrap();
    assert_eq!(credentials, "Basic dXMgZXI6cDp3");
    assert_eq!(format!("{credentials:?}"), "Sensitive");
    assert_eq!(
        with.group("j", &BTreeMap::new()),
        "http://push/metrics/job/j"
    );

    assert_eq!(
        address("user@push").unwrap().credentials.unwrap(),
        "Basic dXNlcjo="
    );
    assert!(address("push").unwrap().credentials.is_none());
}

#[test]
fn nothing_before_an_at_sign_is_shown() {
    let reason = "is not valid: the port is no number up to 65535";
    check_refused(
        "http://user:secret@x:port",
        &format!("\"…@x:port\" {reason}"),
    );
    let reason = "is not valid: the scheme is neither http nor https";
    check_refused("user:se://cret@x", &format!("\"…@x\" {reason}"));
    let reason = "is not valid: a percent sign is not followed by two digits";
    check_refused("user:100%@x", &format!("\"…@x\" {reason}"));
    // All of these would be sent to a host called `user`, `user:12` or `s`.
    let reason = "is not valid: a slash in a password is written %2F, and an @ in a path %40";
    for url in [
        "http://user:se/cret@x",
        "user:12/ab@x",
        "user/ab@x",
        "u:p@s/s@x",
        "user:1?2@x",
    ] {
        check_refused(url, &format!("\"…@x\" {reason}"));
    }
}

proptest! {
    #[test]
    fn credentials_are_never_shown(
        scheme in "(https?://|HTTP://|[a-z:/]{0,5})",
        user in "[ -~é]{0,6}",
        before in "[ -~é]{0,4}",
        after in "([0-9]|[ -~é]){0,4}",
        host in "(push|push:9091|push:port|\\[::1\\]|)(/|/below|/%zz|\\?q|)",
    ) {
        const SECRET: &str = "SECRET";
        let url = format!("{scheme}{user}:{before}{SECRET}{after}@{host}");
        let shown = match Address::parse(&url) {
            Ok(address) => address.group("job", &BTreeMap::new()),
            Err(error) => format!("{error} {error:?}"),
        };
        prop_assert!(!shown.contains(SECRET), "{} is shown as {}", url, shown);
    }
}
