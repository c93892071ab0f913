struct Call<'a> {
    method: Method,
    #[label(flatten)]
    route: Route<'a>,
}
