//! Tests the gateway with a mock database.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::body::BodyLimits;
use crate::buckets::Buckets;
use crate::database::Database;
use crate::gateway::{Gateway, routes};
use crate::rejected::RejectedLines;

const LIMITS: BodyLimits = BodyLimits { sent: 4_000_000, decoded: 4_000_000 };

/// A database that records the requests that it gets.
#[derive(Clone, Default)]
struct MockDatabase(Arc<Mutex<Log>>);

#[derive(Default)]
struct Log {
    writes: Vec<(String, String)>,
    questions: usize,
    /// The answer to the next writes; 204 if none is set.
    answer: Option<(StatusCode, &'static str)>,
}

impl MockDatabase {
    async fn start(&self) -> String {
        let router = Router::new()
            .route("/write", post(Self::write))
            .route("/query", get(Self::query))
            .with_state(self.clone());
        serve(router).await
    }

    #[expect(clippy::unused_async, reason = "a handler is asynchronous")]
    async fn write(
        State(Self(log)): State<Self>,
        RawQuery(query): RawQuery,
        headers: HeaderMap,
        body: String,
    ) -> (StatusCode, &'static str) {
        assert_eq!(headers.get("authorization"), None, "the token is not passed on");
        let mut log = log.lock().unwrap();
        log.writes.push((query.unwrap(), body));
        log.answer.unwrap_or((StatusCode::NO_CONTENT, ""))
    }

    #[expect(clippy::unused_async, reason = "a handler is asynchronous")]
    async fn query(State(Self(log)): State<Self>, RawQuery(query): RawQuery) -> String {
        log.lock().unwrap().questions += 1;
        let result = if query.unwrap().starts_with("db=known&") {
            json!({ "series": [{ "name": "stored", "values": [["f", "float"]] }] })
        } else {
            json!({ "error": "database not found: other" })
        };
        json!({ "results": [result] }).to_string()
    }

    fn writes(&self) -> Vec<(String, String)> {
        std::mem::take(&mut self.0.lock().unwrap().writes)
    }

    fn answer(&self, answer: Option<(StatusCode, &'static str)>) {
        self.0.lock().unwrap().answer = answer;
    }
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, router).await });
    url
}

/// A running gateway.
struct Running {
    url: String,
    folder: TempDir,
}

impl Running {
    async fn start(database: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let gateway = Gateway {
            database: Database::new(database).unwrap(),
            buckets: Buckets::default(),
            rejected: RejectedLines::new(folder.path()).unwrap(),
            limits: LIMITS,
        };
        Self { url: serve(routes(gateway)).await, folder }
    }

    fn request(&self, query: &str) -> RequestBuilder {
        let url = format!("{}/api/v2/write?{query}", self.url);
        Client::new().post(url).header("Authorization", "Token secret")
    }

    /// Writes to the bucket `known`, in seconds. Returns the status and the message.
    async fn write(&self, body: impl Into<reqwest::Body>) -> (u16, String) {
        answer(self.request("org=o&bucket=known&precision=s").body(body)).await
    }

    fn rejected(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        entries.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap()).collect()
    }
}

/// Sends a request and checks the form of its answer. Returns the status and the message.
async fn answer(request: RequestBuilder) -> (u16, String) {
    let response = request.send().await.unwrap();
    let status = response.status();
    let headers = response.headers().clone();
    let text = response.text().await.unwrap();
    let expected_code = match status.as_u16() {
        204 => {
            assert_eq!((text.as_str(), headers.get("x-platform-error-code")), ("", None));
            return (204, text);
        }
        400 => "invalid",
        404 => "not found",
        413 => "request too large",
        503 => "unavailable",
        other => panic!("{other}: {text}"),
    };
    assert_eq!(headers["x-platform-error-code"], expected_code);
    assert_eq!(headers["content-type"], "application/json; charset=utf-8");
    assert_eq!(headers.contains_key("retry-after"), status.as_u16() == 503);
    let body: Value = serde_json::from_str(&text).unwrap();
    let message = body["message"].as_str().unwrap().to_owned();
    assert_eq!(body, json!({ "code": expected_code, "message": message }));
    (status.as_u16(), message)
}

#[tokio::test]
async fn good_lines_are_forwarded_and_the_rest_is_kept() {
    let database = MockDatabase::default();
    let gateway = Running::start(&database.start().await).await;
    assert_eq!(gateway.write("m  f=1.50 1700000000\r\n").await, (204, String::new()));
    assert_eq!(
        database.writes(),
        [("db=known&precision=s".into(), "m  f=1.50 1700000000\n".into())]
    );
    assert_eq!(gateway.rejected(), [""; 0]);

    let (status, message) = gateway.write("m f=1i\nstored f=t,g=1\noops").await;
    assert_eq!(status, 400);
    assert!(
        message.starts_with("partial write error (1 accepted): 3 out of 4 points"),
        "{message}"
    );
    assert_eq!(database.writes(), [("db=known&precision=s".into(), "stored g=1\n".into())]);
    let rejected = gateway.rejected();
    assert!(rejected[0].starts_with("# bucket known, precision s\n# line 1, "), "{rejected:?}");
    assert!(rejected[0].ends_with("found end of line\noops\n"), "{rejected:?}");
    assert_eq!(database.0.lock().unwrap().questions, 1, "types are learned, not asked for again");
}

#[tokio::test]
async fn precisions_are_translated() {
    let database = MockDatabase::default();
    let gateway = Running::start(&database.start().await).await;
    for (asked, forwarded, time) in [
        ("", "n", "1700000000000000000"),
        ("&precision=", "n", "1700000000000000000"),
        ("&precision=ns", "n", "1700000000000000000"),
        ("&precision=us", "u", "1700000000000000"),
        ("&precision=ms", "ms", "1700000000000"),
        ("&precision=s", "s", "1700000000"),
    ] {
        let line = format!("m f=1 {time}\n");
        let request = gateway.request(&format!("bucket=known{asked}")).body(line.clone());
        assert_eq!(answer(request).await.0, 204, "{asked}");
        assert_eq!(database.writes(), [(format!("db=known&precision={forwarded}"), line)]);
    }
}

#[tokio::test]
async fn wrong_requests_are_answered_without_a_write() {
    let database = MockDatabase::default();
    let gateway = Running::start(&database.start().await).await;
    for (query, status, message) in [
        (
            "bucket=known&precision=u",
            400,
            "invalid precision; valid precision units are ns, us, ms, and s",
        ),
        ("precision=s", 404, "bucket not found"),
        ("bucket=other", 404, "bucket \"other\" not found"),
    ] {
        let expected = (status, message.to_owned());
        assert_eq!(answer(gateway.request(query).body("m f=1")).await, expected, "{query}");
    }
    let request = Client::new().get(format!("{}/api/v2/query", gateway.url));
    assert_eq!(answer(request).await, (404, "path not found".to_owned()));
    assert_eq!(database.writes(), []);
}

#[tokio::test]
async fn a_database_that_fails_is_unavailable_and_nothing_is_kept() {
    let database = MockDatabase::default();
    let gateway = Running::start(&database.start().await).await;
    database.answer(Some((StatusCode::INTERNAL_SERVER_ERROR, r#"{"error":"disk full"}"#)));
    let expected = (503, "the database is not available: disk full".to_owned());
    assert_eq!(gateway.write("m f=1\noops\n").await, expected);
    assert_eq!(gateway.rejected(), [""; 0], "the client sends the body again");

    database.answer(None);
    assert_eq!(gateway.write("m f=1i\noops\n").await.0, 400, "and the type was not learned");
    assert_eq!(gateway.rejected().len(), 1);

    let nothing = Running::start("http://127.0.0.1:1").await;
    let (status, message) = nothing.write("m f=1\n").await;
    assert_eq!(status, 503);
    assert!(!message.contains("127.0.0.1"), "{message}");
}

#[tokio::test]
async fn lines_that_the_database_refuses_are_kept_and_its_types_asked_for_again() {
    let database = MockDatabase::default();
    let gateway = Running::start(&database.start().await).await;
    database.answer(Some((StatusCode::BAD_REQUEST, r#"{"error":"partial write: dropped=1"}"#)));
    let expected = (400, "partial write: dropped=1".to_owned());
    assert_eq!(gateway.write("m f=1\nm f=2\n").await, expected);
    assert_eq!(
        gateway.rejected(),
        ["# bucket known, precision s\n# at least one was refused: partial write: dropped=1\n\
          m f=1\nm f=2\n"]
    );
    database.answer(None);
    assert_eq!(gateway.write("m f=1i\n").await.0, 204);
    assert_eq!(database.0.lock().unwrap().questions, 2);
}

#[tokio::test]
async fn a_large_body_is_forwarded_in_blocks_of_whole_lines() {
    let database = MockDatabase::default();
    let gateway = Running::start(&database.start().await).await;
    let line = format!("m s=\"{}\"\n", "x".repeat(90));
    let body = line.repeat(30_000);
    assert_eq!(gateway.write(body.clone()).await, (204, String::new()));
    let blocks: Vec<_> = database.writes().into_iter().map(|(_, block)| block).collect();
    assert_eq!(blocks.len(), 3);
    assert!(blocks.iter().all(|block| block.ends_with('\n')));
    assert_eq!(blocks.concat(), body);

    let too_large = (413, "cannot read data: points in batch is too large".to_owned());
    assert_eq!(gateway.write(body.repeat(2)).await, too_large);
}
