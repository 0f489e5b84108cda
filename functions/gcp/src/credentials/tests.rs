//! Tokens and their end.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use enforcement::{Sending, Transport, TransportError};
use host::settings::Reading;
use http::Response;
use http_body_util::{BodyExt as _, Full};

use super::*;
use crate::metadata::MetadataPlace;

#[derive(Default)]
struct Watch(AtomicU64);

impl Clock for Watch {
    fn unix_millis(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
    fn monotonic_micros(&self) -> u64 {
        0
    }
}

/// Gives a new token each time, good for an hour; or nothing while it is told so.
#[derive(Default)]
struct Server {
    given: AtomicU64,
    away: Mutex<bool>,
}

impl Transport for Server {
    fn send(&self, _: Request<Bytes>) -> Sending<'_> {
        if *self.away.lock().unwrap() {
            return Box::pin(std::future::ready(Err(TransportError::Unreachable)));
        }
        let number = self.given.fetch_add(1, Ordering::SeqCst) + 1;
        let body = format!(r#"{{"access_token":"t{number}","expires_in":3600,"token_type":"Bearer"}}"#);
        let body = Full::new(Bytes::from(body)).map_err(|never| -> TransportError { match never {} });
        let answer = Response::builder().header("metadata-flavor", "Google").body(body.boxed_unsync());
        Box::pin(std::future::ready(Ok(answer.unwrap())))
    }
}

fn identity() -> (Identity, Arc<Server>, Arc<Watch>) {
    let (server, watch) = (Arc::<Server>::default(), Arc::<Watch>::default());
    let place = MetadataPlace::read(&mut Reading::new(Default::default()));
    let metadata = Metadata::new(place, server.clone(), watch.clone());
    (Identity::new(metadata, watch.clone()), server, watch)
}

async fn shown(identity: &Identity) -> Result<String, String> {
    let mut request = Request::new(Bytes::new());
    let signed = TokenSigner(identity.clone()).sign(&mut request, 0).await;
    signed.map_err(|error| error.to_string())?;
    let value = request.headers()[AUTHORIZATION].clone();
    assert!(value.is_sensitive());
    Ok(value.to_str().unwrap().to_owned())
}

const MINUTE: u64 = 60_000;

#[tokio::test]
async fn a_token_is_kept_and_renewed_before_its_end() {
    let (identity, server, watch) = identity();
    let rows = [(0, "t1"), (54, "t1"), (56, "t2"), (57, "t2"), (110, "t2"), (112, "t3")];
    for (minute, token) in rows {
        watch.0.store(minute * MINUTE, Ordering::SeqCst);
        assert_eq!(shown(&identity).await.unwrap(), format!("Bearer {token}"), "minute {minute}");
    }
    assert_eq!(server.given.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_server_that_is_away_is_outlived_until_the_token_ends_and_asked_again_afterwards() {
    let (identity, server, watch) = identity();
    shown(&identity).await.unwrap();
    *server.away.lock().unwrap() = true;
    for (minute, good) in [(59, true), (61, false)] {
        watch.0.store(minute * MINUTE, Ordering::SeqCst);
        assert_eq!(shown(&identity).await.is_ok(), good, "minute {minute}");
    }
    *server.away.lock().unwrap() = false;
    watch.0.store(62 * MINUTE, Ordering::SeqCst);
    assert_eq!(shown(&identity).await.unwrap(), "Bearer t2");
}

#[tokio::test]
async fn the_sdk_gets_the_same_token() {
    let (identity, _, _) = identity();
    let shown = CredentialsProvider::headers(&identity, Extensions::new()).await.unwrap();
    let CacheableResource::New { data, .. } = shown else { panic!("a token") };
    assert_eq!(data[AUTHORIZATION], "Bearer t1");
}
