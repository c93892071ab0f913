#[label(rename_all = "kebab-case", crate = "telemetry::promcore")]
struct Request<'a, 'b> {
    status_code: u16,
    #[label(rename = "route")]
    path: &'a str,
    #[label(display)]
    peer: &'b IpAddr,
    #[label(skip)]
    body: Vec<u8>,
}
