//! Encryption before the first word of a session: what is asked of the server, whom we trust, and the stream that comes
//! of it. How a server is asked stands in the PostgreSQL manual, "Message Flow", "SSL Session Encryption".

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rotation::RotationError;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{CertificateError, ClientConfig, Error, RootCertStore};

use super::binding;
use super::error::{Doing, of_io, untrusted};

/// What a session goes through.
pub(super) type Stream = tokio_rustls::client::TlsStream<TcpStream>;

/// Asks a server to go on encrypted: the length of the message, and the number that means this.
const REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];
/// That it will.
const WILLING: u8 = b'S';

/// How sessions are encrypted, and who may vouch for a server.
pub(super) struct Encryption {
    connector: TlsConnector,
}

impl Encryption {
    pub(super) fn with_native_roots() -> io::Result<Self> {
        let found = rustls_native_certs::load_native_certs();
        let mut roots = RootCertStore::empty();
        // Systems have some that no one can read.
        roots.add_parsable_certificates(found.certs);
        match found.errors.into_iter().next() {
            Some(fault) if roots.is_empty() => Err(io::Error::other(fault)),
            _ => Self::with_roots(roots),
        }
    }

    pub(super) fn with_authorities(pem: &[u8]) -> io::Result<Self> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let added = certificate.map_err(io::Error::other).map(|read| roots.add(read));
            added?.map_err(io::Error::other)?;
        }
        Self::with_roots(roots)
    }

    fn with_roots(roots: RootCertStore) -> io::Result<Self> {
        if roots.is_empty() {
            return Err(io::Error::other("there is none"));
        }
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let config = config.with_safe_default_protocol_versions().map_err(io::Error::other)?;
        let config = config.with_root_certificates(roots).with_no_client_auth();
        Ok(Self { connector: TlsConnector::from(Arc::new(config)) })
    }

    /// Asks for encryption, and shakes hands with a server that is the one at this host.
    pub(super) async fn begin(&self, mut stream: TcpStream, host: &str) -> Result<Stream, RotationError> {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| untrusted("its host's name is none"))?;
        let broken = |fault| of_io(Doing::Login, &fault);
        stream.write_all(&REQUEST).await.map_err(broken)?;
        // One byte and no more: what stood behind it would have come unencrypted.
        if stream.read_u8().await.map_err(broken)? != WILLING {
            return Err(untrusted("the server does not offer encryption"));
        }
        self.connector.connect(name, stream).await.map_err(|fault| of_handshake(&fault))
    }
}

/// What binds a login to the certificate of the server at the other end, where the two sides would agree on it.
pub(super) fn channel_binding(stream: &Stream) -> Option<Vec<u8>> {
    let (_, session) = stream.get_ref();
    session.peer_certificates()?.first().and_then(|certificate| binding::end_point(certificate))
}

fn of_handshake(fault: &io::Error) -> RotationError {
    match fault.get_ref().and_then(|inner| inner.downcast_ref()) {
        Some(Error::InvalidCertificate(why)) => untrusted(of_certificate(why)),
        _ => of_io(Doing::Login, fault),
    }
}

fn of_certificate(why: &CertificateError) -> &'static str {
    #[expect(clippy::wildcard_enum_match_arm, reason = "an enum that others add to")]
    match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the server's certificate has expired"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "the server's certificate is for another host"
        }
        CertificateError::BadSignature | CertificateError::UnknownIssuer => {
            "the server's certificate is from nobody that is trusted"
        }
        _ => "the server's certificate cannot be used",
    }
}

/// For a stream that is encrypted already: gives it back, with what the login is bound to.
pub(super) struct Handshaken(pub(super) Option<Vec<u8>>);

impl TlsConnect<Stream> for Handshaken {
    type Stream = Encrypted;
    type Error = Infallible;
    type Future = Ready<Result<Encrypted, Infallible>>;

    fn connect(self, stream: Stream) -> Self::Future {
        ready(Ok(Encrypted { stream, binding: self.0 }))
    }
}

/// An encrypted stream, and what the login is bound to.
pub(super) struct Encrypted {
    stream: Stream,
    binding: Option<Vec<u8>>,
}

impl TlsStream for Encrypted {
    fn channel_binding(&self) -> ChannelBinding {
        self.binding.clone().map_or(ChannelBinding::none(), ChannelBinding::tls_server_end_point)
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
