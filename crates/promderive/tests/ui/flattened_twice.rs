use promcore::LabelSet;

#[derive(LabelSet)]
struct Route {
    host: String,
    path: String,
}

#[derive(LabelSet)]
struct Request {
    path: String,
    #[label(flatten)]
    route: Route,
}

fn main() {}
