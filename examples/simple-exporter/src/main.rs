//! An exporter, for something without metrics of its own: the memory of the machine.
//!
//! Run it with `cargo run -p simple-exporter`, and read `/metrics`.
#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program prints for its user"
)]

mod args; // --listen and --meminfo.
mod meminfo; // The collector.

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;

use axum::Router;
use promcore::Registry;
use promhttp::{HandlerOpts, handler_for};
use tokio::net::TcpListener;

use args::Args;
use meminfo::MemInfo;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let args = match Args::from_env() {
        Ok(args) => args,
        Err(message) => {
            eprintln!("simple-exporter: {message}");
            return ExitCode::from(2);
        }
    };
    if args.help {
        println!("{}", args::USAGE);
        return ExitCode::SUCCESS;
    }
    match serve(args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("simple-exporter: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(args: Args) -> Result<(), Box<dyn Error>> {
    // A separate registry: the exporter is about the machine, not about itself.
    let registry = Registry::new();
    registry.register(MemInfo::new(args.meminfo)?)?;
    let app = Router::new().route_service("/metrics", handler_for(registry, HandlerOpts::new())?);

    let listener = TcpListener::bind(&args.listen)
        .await
        .map_err(|error| format!("cannot listen on {:?}: {error}", args.listen))?;
    let address = listener.local_addr()?;
    // Ignore a closed stdout.
    let _ = writeln!(io::stdout(), "Metrics: http://{address}/metrics");
    axum::serve(listener, app)
        .with_graceful_shutdown(ctrl_c())
        .await?;
    Ok(())
}

async fn ctrl_c() {
    // Without a signal handler, Ctrl-C ends the process immediately, which is also fine.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
