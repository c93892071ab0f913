use promcore::{LabelSet, LabelValue};

#[derive(LabelSet)]
#[label(rename_al = "UPPERCASE")]
struct OfStruct {
    a: bool,
}

#[derive(LabelSet)]
#[label(rename_all = "UpperCase")]
struct Rule {
    a: bool,
}

#[derive(LabelSet)]
struct OfFields {
    #[label(name = "b")]
    a: bool,
    #[label(skip, display)]
    c: bool,
    #[label(skip, rename = "e")]
    d: bool,
    #[label(rename)]
    f: bool,
    #[label(rename = "g", rename = "h")]
    i: bool,
}

#[derive(LabelSet)]
#[label(rename_all = "lowercase")]
#[label(rename_all = "UPPERCASE")]
struct Twice {
    a: bool,
}

#[derive(LabelValue)]
enum OfVariants {
    #[label(skip)]
    A,
}

fn main() {}
