//! The trace that a call belongs to: what its headers say of it, how the log says it, and which call is under way.
//!
//! Contract: W3C, "Trace Context"; Google Cloud, "Trace context" (`X-Cloud-Trace-Context: TRACE/SPAN;o=1`).

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderMap;
use http::header::HeaderName;
use http_body::{Body, Frame, SizeHint};

/// The header in which Google's services hand on the trace of a call.
pub const TRACE_HEADER: HeaderName = HeaderName::from_static("x-cloud-trace-context");

/// The trace of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// 32 hexadecimal digits.
    pub id: String,
    /// 16 of them.
    pub span: String,
    /// Whether somebody keeps it.
    pub sampled: bool,
}

impl Trace {
    /// What the headers say: `traceparent`, or else Google's own header.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        text("traceparent")
            .and_then(Self::of_standard)
            .or_else(|| Self::of_google(text(TRACE_HEADER.as_str())?))
    }

    /// `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`.
    fn of_standard(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-');
        let (version, id, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let known = is_hex(version, 2) && version != "ff" && is_hex(flags, 2);
        let sampled = u8::from_str_radix(flags, 16).ok()? & 1 == 1;
        (known && is_id(id, 32) && is_id(span, 16)).then(|| Self {
            id: id.to_owned(),
            span: span.to_owned(),
            sampled,
        })
    }

    /// `0af7651916cd43dd8448eb211c80319c/13235353014750950193;o=1`. Its span is a decimal number.
    fn of_google(text: &str) -> Option<Self> {
        let (id, rest) = text.trim().split_once('/')?;
        let (span, options) = rest.split_once(';').unwrap_or((rest, ""));
        let span = format!("{:016x}", span.parse::<u64>().ok()?);
        let id = id.to_ascii_lowercase();
        is_id(&id, 32).then(|| Self { id, span, sampled: options.trim() == "o=1" })
    }
}

/// Whether a text is so many hexadecimal digits in lower case.
fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The same, and not nothing but zeros, which no trace has.
fn is_id(text: &str, digits: usize) -> bool {
    is_hex(text, digits) && text.bytes().any(|byte| byte != b'0')
}

tokio::task_local! {
    /// The call that what runs at the moment is for.
    static UNDER_WAY: Arc<Option<Trace>>;
}

/// Does work for a call of this trace: what it logs has it.
pub async fn within<T>(trace: Arc<Option<Trace>>, work: impl Future<Output = T>) -> T {
    UNDER_WAY.scope(trace, work).await
}

/// The trace of the call that is under way, where there is one.
#[must_use]
pub fn under_way() -> Option<Trace> {
    UNDER_WAY.try_with(|trace| trace.as_ref().clone()).ok().flatten()
}

/// The body of an answer, which is made while it is taken: what is logged meanwhile is logged within the trace, also
/// where the caller leaves and all of it is dropped.
#[derive(Debug)]
pub struct TracedBody<B> {
    body: Option<B>,
    trace: Arc<Option<Trace>>,
}

impl<B> TracedBody<B> {
    /// A body within a trace.
    #[must_use]
    pub fn new(body: B, trace: Arc<Option<Trace>>) -> Self {
        Self { body: Some(body), trace }
    }
}

impl<B: Body<Data = Bytes, Error = Infallible> + Unpin> Body for TracedBody<B> {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let trace = Arc::clone(&self.trace);
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        UNDER_WAY.sync_scope(trace, || Pin::new(body).poll_frame(context))
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}

impl<B> Drop for TracedBody<B> {
    fn drop(&mut self) {
        let body = self.body.take();
        UNDER_WAY.sync_scope(Arc::clone(&self.trace), || drop(body));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0af7651916cd43dd8448eb211c80319c";

    fn of(headers: &[(&'static str, &str)]) -> Option<Trace> {
        let all = headers.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        Trace::of(&all.collect())
    }

    #[test]
    fn a_trace_is_read_from_either_header() {
        let standard = format!("00-{ID}-b7ad6b7169203331-01");
        let google = format!("{ID}/13235353014750950193;o=1");
        let expected = Trace { id: ID.to_owned(), span: "b7ad6b7169203331".to_owned(), sampled: true };
        assert_eq!(of(&[("traceparent", &standard)]), Some(expected.clone()));
        let read = of(&[("x-cloud-trace-context", &google)]).unwrap();
        assert_eq!((read.id.as_str(), read.span.as_str(), read.sampled), (ID, "b7ad6b7169203331", true));
        let unsampled = of(&[("x-cloud-trace-context", &format!("{ID}/7"))]).unwrap();
        assert_eq!((unsampled.span.as_str(), unsampled.sampled), ("0000000000000007", false));
        let both = of(&[("traceparent", &standard), ("x-cloud-trace-context", &format!("{ID}/7"))]);
        assert_eq!(both, Some(expected));
    }

    #[test]
    fn what_is_no_trace_is_none() {
        let zeros = "0".repeat(32);
        let rows = [
            "".to_owned(),
            ID.to_owned(),
            format!("ff-{ID}-b7ad6b7169203331-01"),
            format!("00-{zeros}-b7ad6b7169203331-01"),
            format!("00-{ID}-0000000000000000-01"),
            format!("00-{}-b7ad6b7169203331-01", ID.to_uppercase()),
            format!("{ID}/"),
            format!("{ID}/x;o=1"),
            format!("{zeros}/1;o=1"),
            format!("\"{}/1", ID.replacen('0', "", 1)),
        ];
        for text in rows {
            assert_eq!(of(&[("traceparent", &text)]), None, "{text}");
            assert_eq!(of(&[("x-cloud-trace-context", &text)]), None, "{text}");
        }
    }

    struct Teller(Arc<std::sync::Mutex<Vec<Option<Trace>>>>);

    impl Drop for Teller {
        fn drop(&mut self) {
            self.0.lock().unwrap().push(under_way());
        }
    }

    #[tokio::test]
    async fn the_call_under_way_is_known_also_where_it_is_dropped() {
        let trace = Arc::new(of(&[("x-cloud-trace-context", &format!("{ID}/7"))]));
        let heard = Arc::default();
        within(Arc::clone(&trace), async { drop(Teller(Arc::clone(&heard))) }).await;
        drop(TracedBody::new(Teller(Arc::clone(&heard)), Arc::clone(&trace)));
        drop(Teller(Arc::clone(&heard)));
        assert_eq!(*heard.lock().unwrap(), [trace.as_ref().clone(), trace.as_ref().clone(), None]);
    }
}
