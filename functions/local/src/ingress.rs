//! The listener's request becomes the pipeline's: the same head, the body as it came in, the caller's address.
//! Nothing else happens here; nobody is authenticated before the pipeline.

use std::net::SocketAddr;
use std::sync::Arc;

use enforcement::{AnswerBody, Body, Caller, Pipeline};
use listener::{Ingress, Service};

/// Puts every request to the pipeline.
pub(crate) struct Gate(pub(crate) Arc<Pipeline>);

impl Service for Gate {
    type Body = AnswerBody;

    async fn call(&self, request: http::Request<Ingress>, peer: SocketAddr) -> http::Response<AnswerBody> {
        let caller = Caller { ip: peer.ip().to_string(), identity: None };
        self.0.handle(request.map(body), caller).await
    }
}

fn body(ingress: Ingress) -> Body {
    match ingress {
        Ingress::Broken => Body::Broken,
        Ingress::TooLarge => Body::TooLarge,
        Ingress::Whole(bytes) => Body::Whole(bytes),
    }
}
