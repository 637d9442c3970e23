//! Runs `end_to_end.py`: the official Python client, the gateway, and a real InfluxDB 1.x.

use std::process::{Command, Stdio};

fn runs(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[test]
fn the_python_client_writes_through_the_gateway() {
    if !runs("influxd", &["version"]) {
        println!("skipped: influxd is not found");
        return;
    }
    if !runs("python3", &["-c", "import influxdb_client"]) {
        println!("skipped: the Python package influxdb-client is not found");
        return;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/end_to_end.py");
    let status =
        Command::new("python3").args([script, env!("CARGO_BIN_EXE_gateway")]).status().unwrap();
    assert!(status.success(), "{status}");
}
