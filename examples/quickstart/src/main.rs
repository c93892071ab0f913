//! An instrumented web server: "instrumenting a Go application" of the Prometheus guides, in Rust.
//!
//! Run it with `cargo run -p quickstart`, ask for `/` and `/work`, and read `/metrics`.
#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program prints for its user"
)]

mod args; // --listen and QUICKSTART_LISTEN.
mod http_metrics; // The metrics of HTTP requests.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use axum::{Router, routing::get};
use promcore::Counter;
use tokio::net::TcpListener;

use args::Args;

#[tokio::main]
async fn main() -> ExitCode {
    let args = match Args::from_env() {
        Ok(args) => args,
        Err(message) => {
            eprintln!("quickstart: {message}");
            return ExitCode::from(2);
        }
    };
    if args.help {
        println!("{}", args::USAGE);
        return ExitCode::SUCCESS;
    }
    match serve(&args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("quickstart: cannot listen on {:?}: {error}", args.listen);
            ExitCode::FAILURE
        }
    }
}

async fn serve(args: &Args) -> io::Result<()> {
    let listener = TcpListener::bind(&args.addresses[..]).await?;
    print_where_to_look(listener.local_addr()?);

    let ops_processed = promauto::counter(
        "myapp_processed_ops_total",
        "The total number of processed events",
    );
    tokio::spawn(process_events(ops_processed));

    axum::serve(listener, app())
        .with_graceful_shutdown(ctrl_c())
        .await
}

/// Counts a simulated event every two seconds.
async fn process_events(ops_processed: Counter) {
    let mut every_two_seconds = tokio::time::interval(Duration::from_secs(2));
    loop {
        every_two_seconds.tick().await;
        ops_processed.inc();
    }
}

/// Returns the instrumented pages, and the metrics.
fn app() -> Router {
    Router::new()
        .route(
            "/",
            get(|| async { "Hello! Try /work, then read /metrics.\n" }),
        )
        .route("/work", get(work))
        .layer(http_metrics::layer())
        .route_service("/metrics", promhttp::handler())
}

/// Takes between 1 and 100 ms, to fill the histogram.
async fn work() -> String {
    let nanos = std::time::UNIX_EPOCH
        .elapsed()
        .map_or(0, |now| now.subsec_nanos());
    let took = Duration::from_millis(u64::from(nanos / 1_000 % 100) + 1);
    tokio::time::sleep(took).await;
    format!("Worked for {} ms.\n", took.as_millis())
}

fn print_where_to_look(mut address: SocketAddr) {
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            std::net::Ipv4Addr::LOCALHOST.into()
        } else {
            std::net::Ipv6Addr::LOCALHOST.into()
        });
    }
    let text = format!(
        "Metrics: http://{address}/metrics\n\
         Pages:   http://{address}/ and http://{address}/work\n\
         Stop with ctrl-c.\n"
    );
    // Ignore a closed stdout.
    let _ = io::stdout().write_all(text.as_bytes());
}

async fn ctrl_c() {
    // Without a signal handler, Ctrl-C ends the process immediately, which is also fine.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
