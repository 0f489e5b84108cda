//! Start-up: the port that the host chose, held on loopback, and the words in which a program ends.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU16;

use tokio::net::TcpListener;

use crate::ShimError;

/// The variable in which the host says where it will call.
pub const PORT_VARIABLE: &str = "FUNCTIONS_CUSTOMHANDLER_PORT";

/// The exit code with which a handler asks to be started again. The host counts any other but 0 as a failure, and
/// stops after three in half an hour; after 0 it starts nothing, so a handler never ends with 0.
pub const EXIT_RESTART: u8 = 200;

/// The exit code of a handler that could not start.
pub const EXIT_FAULT: u8 = 1;

/// The port that the host will call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port(NonZeroU16);

/// The port, held: callers who connect wait until it is served.
#[derive(Debug)]
pub struct Listener(TcpListener);

// === impl Port ===

impl Port {
    /// Reads what the host set. `variable` looks a name up in the environment, so that only the program touches it:
    /// `Port::from_environment(|name| std::env::var(name).ok())`.
    ///
    /// # Errors
    /// [`ShimError::NotStartedByHost`] when it is not set, [`ShimError::NotAPort`] when it is no port.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ShimError> {
        let text = variable(PORT_VARIABLE).filter(|text| !text.trim().is_empty());
        let text = text.ok_or(ShimError::NotStartedByHost)?;
        text.trim().parse().map(Self).map_err(|_| ShimError::NotAPort)
    }

    /// The number.
    #[must_use]
    pub fn number(self) -> u16 {
        self.0.get()
    }
}

// === impl Listener ===

impl Listener {
    /// Holds the port on 127.0.0.1, where the host calls and nobody else can.
    ///
    /// # Errors
    /// The port is taken or forbidden.
    pub async fn bind(port: Port) -> Result<Self, ShimError> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port.number()));
        TcpListener::bind(address).await.map(Self).map_err(|reason| refused(port.number(), reason))
    }

    pub(crate) fn socket(&self) -> &TcpListener {
        &self.0
    }
}

fn refused(port: u16, reason: io::Error) -> ShimError {
    if reason.kind() == io::ErrorKind::AddrInUse {
        ShimError::InUse(port)
    } else if reason.kind() == io::ErrorKind::PermissionDenied {
        ShimError::Forbidden(port)
    } else {
        ShimError::CannotListen { port, reason }
    }
}

#[cfg(test)]
mod tests {
    use super::Port;

    #[test]
    fn the_port_is_what_the_host_set() {
        let rows = [
            (Some("7071"), "7071"),
            (Some(" 8080\n"), "8080"),
            (
                None,
                "`FUNCTIONS_CUSTOMHANDLER_PORT` is not set: this program is started by the Functions host, or by `func start`",
            ),
            (
                Some(""),
                "`FUNCTIONS_CUSTOMHANDLER_PORT` is not set: this program is started by the Functions host, or by `func start`",
            ),
            (Some("0"), "`FUNCTIONS_CUSTOMHANDLER_PORT` must be a port, a number from 1 to 65535"),
            (Some("70000"), "`FUNCTIONS_CUSTOMHANDLER_PORT` must be a port, a number from 1 to 65535"),
            (Some("-1"), "`FUNCTIONS_CUSTOMHANDLER_PORT` must be a port, a number from 1 to 65535"),
            (Some("http"), "`FUNCTIONS_CUSTOMHANDLER_PORT` must be a port, a number from 1 to 65535"),
        ];
        for (set, expected) in rows {
            let port = Port::from_environment(|_| set.map(str::to_owned));
            let told = port.map_or_else(|fault| fault.to_string(), |port| port.number().to_string());
            assert_eq!(told, expected, "{set:?}");
        }
    }
}
