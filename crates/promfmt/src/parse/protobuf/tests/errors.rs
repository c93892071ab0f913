use super::*;

#[track_caller]
fn check(bytes: &[u8], expected: &str) {
    let expected = format!("cannot parse metrics at {expected}");
    assert_eq!(parse(bytes, Limits::default()), Err(expected));
}

/// Checks the error of a metric of this type, which starts at byte 8.
#[track_caller]
fn check_metric(kind: u64, metric: &[u8], expected: &str) {
    check(&family(kind, metric), expected);
}

#[test]
fn messages_are_complete() {
    let whole = family(GAUGE, &gauge(1.0));
    for len in 1..whole.len() {
        let expected = format!(
            "byte {len}: the input ends within a message of {} bytes",
            whole.len() - 1
        );
        check(&whole[..len], &expected);
    }
    check(b"\x80", "byte 1: the input ends within a length");
    check(&[0xff; 20], "byte 0: a number has more than 64 bits");
    let second = [&whole[..], b"\x80\x80"].concat();
    let expected = format!("byte {}: the input ends within a length", whole.len() + 2);
    check(&second, &expected);
}

#[test]
fn fields_are_complete() {
    for (metric, expected) in [
        (&b"\x12"[..], "byte 9: a message ends within a field"),
        (b"\x12\x02\x09", "byte 11: a message ends within a field"),
        (
            b"\x12\x03\x09\x00\x00",
            "byte 13: a message ends within a field",
        ),
        (b"\x80", "byte 9: a message ends within a field"),
        (b"\x30\xff", "byte 10: a message ends within a field"),
        (b"\x7d\x00", "byte 10: a message ends within a field"),
        (
            b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
            "byte 19: a message ends within a field",
        ),
        (
            b"\x30\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02",
            "byte 9: a number has more than 64 bits",
        ),
        (
            b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
            "byte 8: a number has more than 64 bits",
        ),
    ] {
        check_metric(GAUGE, metric, expected);
    }
}

#[test]
fn fields_have_numbers_and_known_forms() {
    for (metric, expected) in [
        (&b"\x00\x00"[..], "byte 8: a field has the number 0"),
        (
            b"\x80\x80\x80\x80\x10\x00",
            "byte 8: a field has the number 536870912",
        ),
        (b"\x0e", "byte 8: a field has the unknown form 6"),
        (b"\x0f", "byte 8: a field has the unknown form 7"),
        (b"\x10\x00", "byte 8: field 2 is no message or text"),
        (b"\x32\x00", "byte 8: field 6 is no whole number"),
        (b"\x12\x02\x08\x00", "byte 10: field 1 is no float"),
        (b"\x12\x05\x0d\0\0\0\0", "byte 10: field 1 is no float"),
        (b"\x12\x02\x0b\x0c", "byte 10: field 1 is no float"),
    ] {
        check_metric(GAUGE, metric, expected);
    }
    let packed = message(7, &message(14, b"1234567"));
    check_metric(HISTOGRAM, &packed, "byte 19: a message ends within a field");
    let text = message(7, &message(15, &message(1, b"now")));
    check_metric(HISTOGRAM, &text, "byte 12: field 1 is no whole number");
}

#[test]
fn groups_end_as_they_began() {
    for (metric, expected) in [
        (&b"\x7c"[..], "byte 8: a group ends that did not begin"),
        (b"\x7b", "byte 9: a message ends within a field"),
        (b"\x7b\x74", "byte 9: a group ends that did not begin"),
        (
            b"\x7b\x73\x7c\x74",
            "byte 10: a group ends that did not begin",
        ),
        (
            &[0x7b; 101],
            "byte 108: there are more than 100 groups in each other",
        ),
    ] {
        check_metric(GAUGE, metric, expected);
    }
    let deep = [vec![0x7b; 100], vec![0x7c; 100], gauge(1.0)].concat();
    assert!(parse(&family(GAUGE, &deep), Limits::default()).is_ok());
}

#[test]
fn names_and_values_are_valid() {
    let label = |name: &[u8], value: &[u8]| {
        let label = [message(1, name), message(2, value)].concat();
        [message(1, &label), gauge(1.0)].concat()
    };
    for (metric, expected) in [
        (label(b"", b"x"), r#"byte 10: invalid label name """#),
        (
            label(b"\xff", b"x"),
            r#"byte 12: invalid label name "\xff""#,
        ),
        (
            label(b"a", b"\xff"),
            r#"byte 15: invalid label value "\xff""#,
        ),
        (vec![], "byte 8: a metric has no value of the type gauge"),
        (
            message(3, &float(1, 1.0)),
            "byte 8: a metric has no value of the type gauge",
        ),
    ] {
        check_metric(GAUGE, &metric, expected);
    }
    check_metric(17, &gauge(1.0), "byte 4: unknown metric type 17");
    check_metric(u64::MAX, &gauge(1.0), "byte 4: unknown metric type -1");
    check(b"\x00", r#"byte 1: invalid metric name """#);
    check(b"\x03\x0a\x01\xff", r#"byte 3: invalid metric name "\xff""#);

    let bytes = delimited(&message(1, b"a.b"));
    let mut parser = ProtobufParser::new(&bytes[..]).validation(NameValidation::Legacy);
    assert_eq!(
        parser.next().unwrap().unwrap_err().to_string(),
        r#"cannot parse metrics at byte 1: invalid metric name "a.b""#
    );
    let bytes = family(GAUGE, &label(b"c.d", b""));
    let mut parser = ProtobufParser::new(&bytes[..]).validation(NameValidation::Legacy);
    assert_eq!(
        parser.next().unwrap().unwrap_err().to_string(),
        r#"cannot parse metrics at byte 10: invalid label name "c.d""#
    );
}

#[test]
fn a_family_comes_before_what_is_wrong_with_the_next() {
    let bytes = [family(GAUGE, &gauge(1.0)), vec![1]].concat();
    let mut parser = ProtobufParser::new(&bytes[..]);
    assert_eq!(parser.next().unwrap().unwrap().name, "a");
    assert!(parser.next().unwrap().is_err());
    assert!(parser.next().is_none());
}

#[test]
fn b23_limits_are_kept() {
    let label = [message(1, b"b"), message(2, b"c")].concat();
    let metric = [message(1, &label), message(1, &label), gauge(1.0)].concat();
    let whole = family(GAUGE, &metric);
    let twice = [&whole[..], &whole].concat();
    let len = twice.len() as u64;
    let limits = Limits::default().bytes(len).labels(2).series(2);
    assert!(parse(&twice, limits).is_ok());
    for (limits, expected) in [
        (
            limits.bytes(len - 1),
            format!(
                "byte {}: the input has more than {} bytes",
                len / 2 + 1,
                len - 1
            ),
        ),
        (
            limits.labels(1),
            "byte 18: there are more than 1 labels".to_owned(),
        ),
        (
            limits.series(1),
            format!("byte {}: there are more than 1 families", len / 2 + 1),
        ),
    ] {
        let expected = format!("cannot parse metrics at {expected}");
        assert_eq!(parse(&twice, limits), Err(expected));
    }
    let metrics = [message(4, &metric), message(4, &metric)].concat();
    let family = delimited(&[message(1, b"a"), number(3, GAUGE), metrics].concat());
    let found = parse(&family, limits.series(1)).unwrap_err();
    let at = 6 + message(4, &metric).len();
    assert_eq!(
        found,
        format!("cannot parse metrics at byte {at}: there are more than 1 series")
    );
}

#[test]
fn b23_no_memory_is_taken_for_what_is_only_announced() {
    let bytes = [varint(u64::MAX >> 1), vec![0; 1_000]].concat();
    let mut parser = ProtobufParser::new(&bytes[..]).limits(Limits::unlimited());
    assert_eq!(
        parser.next().unwrap().unwrap_err().to_string(),
        format!(
            "cannot parse metrics at byte 1009: the input ends within a message of {} bytes",
            u64::MAX >> 1
        )
    );
    assert!(parser.message.capacity() < 8_000);
}
