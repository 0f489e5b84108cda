//! What came in: the body of a request, collected up to the cap. This is the one place where bytes from
//! outside are bounded.

use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;

use crate::settings::Settings;

/// How many times the cap is read on, and thrown away, of a body that is too large.
const DRAIN_FACTOR: usize = 16;

/// The body of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ingress {
    /// It ended too early, broke the protocol or took too long.
    Broken,
    /// It is larger than [`Settings::body_cap`].
    TooLarge,
    /// All of it.
    Whole(Bytes),
}

/// Collects the body of a request. The second value is the rest of a body that is too large: it has to be
/// drained, see [`drain`].
pub(crate) async fn collect(
    request: http::Request<Incoming>,
    settings: &Settings,
) -> (http::Request<Ingress>, Option<Incoming>) {
    let (head, mut body) = request.into_parts();
    if announces_too_much(&body, settings.body_cap) {
        // Who asks first whether to send the body is told no by the answer, and sends none.
        let rest = (!head.headers.contains_key(http::header::EXPECT)).then_some(body);
        return (http::Request::from_parts(head, Ingress::TooLarge), rest);
    }
    let reading = read(&mut body, settings.body_cap);
    let ingress = tokio::time::timeout(settings.body_timeout, reading).await.unwrap_or(Ingress::Broken);
    let rest = (ingress == Ingress::TooLarge).then_some(body);
    (http::Request::from_parts(head, ingress), rest)
}

/// Reads on and throws away, for a bounded time and a bounded number of bytes: many clients look for an
/// answer only when they have sent everything, and a connection that is closed over unread bytes is reset,
/// which can take the answer with it.
pub(crate) async fn drain(mut body: Incoming, settings: &Settings) {
    let most = settings.body_cap.saturating_mul(DRAIN_FACTOR);
    let rest = async {
        let mut seen = 0_usize;
        while seen < most
            && let Some(Ok(frame)) = body.frame().await
        {
            seen = seen.saturating_add(frame.data_ref().map_or(0, Bytes::len));
        }
    };
    // Either way the connection may go on: when the rest did not come in time, it is closed.
    let _ = tokio::time::timeout(settings.body_timeout, rest).await;
}

fn announces_too_much(body: &Incoming, cap: usize) -> bool {
    usize::try_from(body.size_hint().lower()).map_or(true, |bytes| bytes > cap)
}

async fn read(body: &mut Incoming, cap: usize) -> Ingress {
    let mut collected = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return Ingress::Broken };
        let Ok(data) = frame.into_data() else { continue };
        if data.len() > cap.saturating_sub(collected.len()) {
            return Ingress::TooLarge;
        }
        collected.extend_from_slice(&data);
    }
    Ingress::Whole(collected.freeze())
}
