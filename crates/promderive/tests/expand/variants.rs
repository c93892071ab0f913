#[label(rename_all = "UPPERCASE")]
enum Method {
    Get,
    #[label(rename = "")]
    Other = 7,
}
