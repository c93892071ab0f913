//! Runs the program and reads what it measured.

use std::process::Command;

use example_testing::Server;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

#[tokio::test]
async fn calls_are_counted_by_status() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_http-tonic"));
    let server = Server::start(program.arg("127.0.0.1:0"));
    let channel = Channel::from_shared(format!("http://{}", server.address())).unwrap();
    let mut client = HealthClient::new(channel.connect().await.unwrap());
    let ask = |service: &str| HealthCheckRequest {
        service: service.to_owned(),
    };
    client.check(ask("shop")).await.unwrap();
    client.check(ask("shop")).await.unwrap();
    client.check(ask("nothing")).await.unwrap_err();
    server.check_metrics(&[
        r#"grpc_calls_total{grpc_code="OK"} 2"#,
        r#"grpc_calls_total{grpc_code="NotFound"} 1"#,
        r#"grpc_call_seconds_count{grpc_code="OK"} 2"#,
        "grpc_calls_in_flight 0",
    ]);
}
