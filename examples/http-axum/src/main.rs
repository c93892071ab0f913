//! Measures the requests to an axum server by the route that they match.
//!
//! Run it with `cargo run -p http-axum -- 127.0.0.1:3000`, ask for `/users/1`, and read `/metrics`.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "a program prints for its user")]

use axum::{Router, extract::Path, routing::get};
use promhttp::{InstrumentHandler, InstrumentHandlerOpts, MatchedRoute};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let address = std::env::args().nth(1);
    let address = address.unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}/metrics", listener.local_addr()?);

    let labels = ["code", "method", "route"];
    let opts = InstrumentHandlerOpts::new()
        .in_flight(promauto::gauge(
            "http_requests_in_flight",
            "Requests being served.",
        ))
        .counter(promauto::counter_vec(
            "http_requests_total",
            "Requests.",
            labels,
        ))
        .duration(promauto::histogram_vec(
            "http_request_duration_seconds",
            "Time to answer.",
            labels,
        ))
        .labels(MatchedRoute::new("route"));

    let app = Router::new()
        .route("/users/{id}", get(user))
        .layer(InstrumentHandler::new(opts)?) // Measures the routes above.
        .route_service("/metrics", promhttp::handler());
    axum::serve(listener, app).await?;
    Ok(())
}

async fn user(Path(id): Path<u64>) -> String {
    format!("user {id}\n")
}
