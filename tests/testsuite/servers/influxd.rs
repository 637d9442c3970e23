//! A running InfluxDB 1.x on loopback, with its files in a temporary folder.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

/// Ends and is removed when it is dropped.
pub(super) struct Influxd {
    folder: PathBuf,
    process: Child,
    port: u16,
}

/// What the server answers to a write.
pub(super) struct Written {
    pub(super) status: u16,
    pub(super) body: Option<String>,
    /// The header `X-Influxdb-Error`.
    pub(super) error: Option<String>,
}

impl Influxd {
    /// Starts a server with settings for its section `data`, or says that the test is skipped
    /// without the program. `name` distinguishes the folders of one process.
    pub(super) fn start(name: &str, settings: &[(&str, &str)]) -> Option<Self> {
        let version = Command::new("influxd").arg("version").output();
        let version = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        if !version.is_ok_and(|version| version.contains(" v1.6.7")) {
            // `println!` shows nothing for a test that passes.
            let _ = writeln!(std::io::stderr(), "skipped: influxd 1.6.7 is not found");
            return None;
        }
        let folder = format!("lineproof-{}-{name}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        fs::create_dir_all(&folder).unwrap();
        // The port is free again until the server takes it.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new("influxd");
        command.args(["run", "-config", "/dev/null"]);
        for (key, part) in [("META_DIR", "meta"), ("DATA_DIR", "data"), ("DATA_WAL_DIR", "wal")] {
            command.env(format!("INFLUXDB_{key}"), folder.join(part));
        }
        command
            .env("INFLUXDB_BIND_ADDRESS", "127.0.0.1:0")
            .env("INFLUXDB_HTTP_BIND_ADDRESS", format!("127.0.0.1:{port}"))
            .env("INFLUXDB_HTTP_LOG_ENABLED", "false")
            .env("INFLUXDB_LOGGING_LEVEL", "error")
            .env("INFLUXDB_MONITOR_STORE_ENABLED", "false")
            .env("INFLUXDB_REPORTING_DISABLED", "true");
        for (key, value) in settings {
            command.env(format!("INFLUXDB_DATA_{key}"), value);
        }
        let log = File::create(folder.join("log")).unwrap();
        let process =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let server = Self { folder, process, port };
        for _ in 0..300 {
            if server.request("GET /ping", b"").is_some_and(|(status, ..)| status == 204) {
                return Some(server);
            }
            sleep(Duration::from_millis(100));
        }
        panic!("no answer: {}", fs::read_to_string(server.folder.join("log")).unwrap());
    }

    /// Writes a body to the database `name`.
    pub(super) fn write(&self, name: &str, precision: Option<&str>, body: &[u8]) -> Written {
        let mut target = format!("POST /write?db={name}");
        if let Some(precision) = precision {
            target = format!("{target}&precision={}", encoded(precision));
        }
        let (status, head, body) = self.request(&target, body).expect("an answer to a write");
        let error = head.lines().find_map(|line| line.strip_prefix("X-Influxdb-Error: "));
        Written {
            status,
            body: (!body.is_empty()).then_some(body),
            error: error.map(str::to_owned),
        }
    }

    /// Runs a statement on the database `name` and returns the series of its result. Times are in
    /// nanoseconds.
    pub(super) fn query(&self, name: &str, statement: &str) -> Vec<Value> {
        let target = format!("POST /query?db={name}&epoch=ns&q={}", encoded(statement));
        let (status, _, body) = self.request(&target, b"").expect("an answer to a query");
        let answer: Value = serde_json::from_str(&body).unwrap_or_else(|error| {
            panic!("{error} in the answer to {statement}, {status}: {body}");
        });
        let result = &answer["results"][0];
        assert_eq!(result.get("error"), None, "{statement}");
        result["series"].as_array().cloned().unwrap_or_default()
    }

    /// Sends a request and returns the status, the head and the body of the answer. Without
    /// persistent connections an answer ends with its connection.
    fn request(&self, target: &str, body: &[u8]) -> Option<(u16, String, String)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
        let head = format!("{target} HTTP/1.0\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(&[head.as_bytes(), body].concat()).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some((status, head.replace("\r\n", "\n"), body.to_owned()))
    }
}

impl Drop for Influxd {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Encodes a text for a query string.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        write!(encoded, "%{byte:02x}").expect("a string takes any text");
    }
    encoded
}
