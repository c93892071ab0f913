use promcore::LabelSet;

#[derive(LabelSet)]
struct Request {
    seconds: f64,
    code: u16,
}

#[derive(LabelSet)]
struct Nested {
    #[label(flatten)]
    request: u16,
}

#[derive(LabelSet)]
struct NotFlattened {
    nested: Nested,
}

struct Silent;

#[derive(LabelSet)]
struct Shown {
    #[label(display)]
    silent: Silent,
}

fn main() {}
