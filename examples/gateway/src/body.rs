//! The body of a request as a stream of decoded bytes, within limits.

use std::error::Error as _;
use std::io;

use async_compression::tokio::bufread::GzipDecoder;
use axum::body::Body;
use axum::http::{HeaderMap, header};
use futures_util::TryStreamExt as _;
use http_body_util::{LengthLimitError, Limited};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio_util::io::StreamReader;

use crate::answer::Answer;

/// The limits on a body, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyLimits {
    /// The most bytes that a client may send.
    pub(crate) sent: usize,
    /// The most bytes of the decoded body.
    pub(crate) decoded: usize,
}

/// The limits that InfluxDB Cloud documents.
impl Default for BodyLimits {
    fn default() -> Self {
        Self { sent: 50_000_000, decoded: 250_000_000 }
    }
}

/// Returns a reader of the decoded body.
///
/// A body is decoded while it is read, so that a small body that expands to a large one takes no
/// more memory than any other. The reader ends one byte after the limit on decoded bytes, so that
/// the validation finds the body too large.
pub(crate) fn decode(
    headers: &HeaderMap,
    body: Body,
    limits: BodyLimits,
) -> Box<dyn AsyncRead + Send + Unpin> {
    let sent = Body::new(Limited::new(body, limits.sent));
    let sent = StreamReader::new(sent.into_data_stream().map_err(io::Error::other));
    let most = limits.decoded as u64 + 1;
    match headers.get(header::CONTENT_ENCODING) {
        Some(encoding) if encoding.as_bytes().eq_ignore_ascii_case(b"gzip") => {
            let mut decoder = GzipDecoder::new(sent);
            decoder.multiple_members(true);
            Box::new(decoder.take(most))
        }
        // InfluxDB reads bodies of every other encoding without decoding them.
        _ => Box::new(sent.take(most)),
    }
}

/// Returns the answer to a body that cannot be read to its end.
pub(crate) fn unreadable(error: &io::Error) -> Answer {
    let cause = error.get_ref().and_then(|error| error.downcast_ref::<axum::Error>());
    let cause = cause.and_then(axum::Error::source);
    if cause.is_some_and(<dyn std::error::Error>::is::<LengthLimitError>) {
        return Answer::too_large();
    }
    Answer::invalid(format!("unable to read data: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_compression::tokio::write::GzipEncoder;
    use tokio::io::AsyncWriteExt as _;

    async fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzipEncoder::new(Vec::new());
        encoder.write_all(text).await.unwrap();
        encoder.shutdown().await.unwrap();
        encoder.into_inner()
    }

    async fn read(encoding: &str, body: Vec<u8>, limits: BodyLimits) -> Result<Vec<u8>, Answer> {
        let headers = [(header::CONTENT_ENCODING, encoding.parse().unwrap())].into_iter().collect();
        let mut text = Vec::new();
        let read = decode(&headers, Body::from(body), limits).read_to_end(&mut text).await;
        read.map(|_| text).map_err(|error| unreadable(&error))
    }

    #[tokio::test]
    async fn a_body_is_decoded_by_its_encoding() {
        let limits = BodyLimits::default();
        let mut two_members = gzip(b"cpu us").await;
        two_members.extend(gzip(b"age=1\n").await);
        for (encoding, body) in [
            ("identity", b"cpu usage=1\n".to_vec()),
            ("gzip", gzip(b"cpu usage=1\n").await),
            ("GZIP", two_members),
        ] {
            assert_eq!(read(encoding, body, limits).await.unwrap(), b"cpu usage=1\n", "{encoding}");
        }
    }

    #[tokio::test]
    async fn a_broken_gzip_body_is_invalid() {
        let whole = gzip(b"cpu usage=1\n").await;
        let mut wrong_checksum = whole.clone();
        let at = whole.len() - 8;
        wrong_checksum[at] ^= 1;
        let cut = whole[..whole.len() - 4].to_vec();
        for body in [Vec::new(), b"cpu usage=1\n".to_vec(), wrong_checksum, cut] {
            let answer = read("gzip", body, BodyLimits::default()).await.unwrap_err();
            assert!(answer.message().starts_with("unable to read data: "), "{answer:?}");
        }
    }

    #[tokio::test]
    async fn what_is_sent_and_what_it_expands_to_are_limited() {
        let limits = BodyLimits { sent: 2_000, decoded: 1_000 };
        assert_eq!(read("", vec![b' '; 2_001], limits).await, Err(Answer::too_large()));
        assert_eq!(read("", vec![b' '; 2_000], limits).await.unwrap().len(), 1_001);
        let bomb = gzip(&vec![b' '; 1_000_000]).await;
        assert!(bomb.len() < 2_000);
        assert_eq!(read("gzip", bomb, limits).await.unwrap().len(), 1_001);
    }
}
