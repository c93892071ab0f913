//! Derived label values.
#![forbid(unsafe_code)]
#![deny(missing_docs, unused, clippy::all)]

use promcore::LabelValue;

#[track_caller]
fn check<V: LabelValue>(values: impl IntoIterator<Item = V>, expected: &[&str]) {
    let mut texts = Vec::new();
    for (at, value) in values.into_iter().enumerate() {
        assert_eq!(value.number(), at);
        value.with_text(|text| texts.push(text.to_owned()));
    }
    assert_eq!(texts, expected);
    assert_eq!(V::COUNT, expected.len());
}

#[test]
fn variants_are_named_as_they_are() {
    #[derive(LabelValue)]
    enum Plain {
        Get,
        NotFound,
        r#None,
    }
    let all = [Plain::Get, Plain::NotFound, Plain::None];
    check(all, &["Get", "NotFound", "None"]);
}

#[test]
fn variants_are_renamed() {
    #[derive(LabelValue)]
    #[label(rename_all = "kebab-case")]
    enum Renamed {
        NotFound,
        #[label(rename = "I'm a teapot")]
        Teapot,
        #[label(rename = "")]
        Empty,
    }
    let all = [Renamed::NotFound, Renamed::Teapot, Renamed::Empty];
    check(all, &["not-found", "I'm a teapot", ""]);
}

#[test]
fn discriminants_are_no_numbers() {
    #[derive(LabelValue)]
    #[repr(i16)]
    enum Code {
        Failed = -1,
        Ok = 200,
        Gone = 100,
    }
    check(
        [Code::Failed, Code::Ok, Code::Gone],
        &["Failed", "Ok", "Gone"],
    );
    assert_eq!(
        [Code::Failed as i16, Code::Ok as i16, Code::Gone as i16],
        [-1, 200, 100]
    );
}
