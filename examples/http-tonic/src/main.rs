//! Measures the calls to a gRPC server by their status.
//!
//! Run it with `cargo run -p http-tonic -- 127.0.0.1:3000`, ask for the health of `shop`, and read `/metrics` at the same address.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "a program prints for its user")]

use promhttp::{GrpcStatus, InstrumentHandler, InstrumentHandlerOpts};
use tonic::service::Routes;
use tonic_health::ServingStatus;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let address = std::env::args().nth(1);
    let address = address.unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}/metrics", listener.local_addr()?);

    let in_flight = promauto::gauge("grpc_calls_in_flight", "Calls being served.");
    let calls = promauto::counter_vec("grpc_calls_total", "Calls by their status.", ["grpc_code"]);
    let seconds = promauto::histogram_vec("grpc_call_seconds", "Time to answer.", ["grpc_code"]);
    let opts = InstrumentHandlerOpts::new()
        .in_flight(in_flight)
        .counter(calls)
        .duration(seconds)
        .labels(GrpcStatus::new("grpc_code"));

    let (reporter, health) = tonic_health::server::health_reporter();
    reporter
        .set_service_status("shop", ServingStatus::Serving)
        .await;
    let app = Routes::new(health)
        .prepare()
        .into_axum_router()
        .layer(InstrumentHandler::new(opts)?) // Measures the services above.
        .route_service("/metrics", promhttp::handler());
    axum::serve(listener, app).await?;
    Ok(())
}
