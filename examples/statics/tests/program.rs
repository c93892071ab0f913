//! The program's output: all metrics of both crates, even those that nothing touches.

use std::process::Command;

const EXPECTED: &str = r#"# HELP program_failed_jobs Jobs that the program failed to do.
# TYPE program_failed_jobs gauge
program_failed_jobs 1
# HELP program_left_jobs Jobs that are left for another day.
# TYPE program_left_jobs gauge
program_left_jobs 0
# HELP queue_jobs_done_total Jobs that are done.
# TYPE queue_jobs_done_total counter
queue_jobs_done_total{outcome="failure"} 1
queue_jobs_done_total{outcome="success"} 2
# HELP queue_jobs_dropped_total Jobs that nobody wanted.
# TYPE queue_jobs_dropped_total counter
queue_jobs_dropped_total 0
# HELP queue_jobs_total Jobs that were taken from the queue.
# TYPE queue_jobs_total counter
queue_jobs_total 3
"#;

#[test]
fn both_crates_show_what_they_declare() {
    let output = Command::new(env!("CARGO_BIN_EXE_statics"))
        .output()
        .expect("the program was built");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(String::from_utf8_lossy(&output.stdout), EXPECTED);
    assert!(output.status.success());
}
