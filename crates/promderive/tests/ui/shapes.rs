use promcore::{LabelSet, LabelValue};

#[derive(LabelSet)]
enum NoStruct {
    A,
}

#[derive(LabelValue)]
struct NoEnum;

#[derive(LabelValue)]
enum Empty {}

#[derive(LabelValue)]
enum WithFields {
    Get,
    Other(String),
    Named { name: String },
}

#[derive(LabelValue)]
#[label(rename_all = "lowercase")]
enum Same {
    Get,
    GET,
}

fn main() {}
