use promcore::LabelSet;

#[derive(LabelSet)]
struct Request<'a> {
    le: &'a str,
    #[label(rename = "quantile")]
    share: &'a str,
    __name__: &'a str,
    #[label(rename = "")]
    empty: &'a str,
    code: u16,
    #[label(rename = "code")]
    status: u16,
}

#[derive(LabelSet)]
struct Tuple(u16);

fn main() {}
