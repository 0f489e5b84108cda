//! What a fault of a session means to a rotation. What a server says about one may quote the statement, so only the
//! code of an error is told. The codes stand in the PostgreSQL manual, "PostgreSQL Error Codes".

use std::io;

use rotation::RotationError;
use tokio_postgres::Error;

/// Who does not answer, in messages.
const SERVICE: &str = "the database";

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    /// A session was being opened.
    Login,
    /// A statement was being run.
    Statement,
}

impl Doing {
    fn action(self) -> String {
        match self {
            Self::Login => "open a session",
            Self::Statement => "run a statement",
        }
        .to_owned()
    }
}

/// A fault of a session. A server that says no has a code for it; without one, the connection is what failed.
pub(super) fn of(doing: Doing, fault: &Error) -> RotationError {
    if let Some(code) = fault.code() {
        return of_code(doing, code.code());
    }
    match cause(fault) {
        Some(cause) => of_io(doing, cause),
        None if fault.is_closed() => closed(doing),
        None => strange(doing),
    }
}

/// A connection that could not be made, or broke.
pub(super) fn of_io(doing: Doing, fault: &io::Error) -> RotationError {
    unreachable(doing, &fault.kind().to_string())
}

/// A connection that the server closed.
pub(super) fn closed(doing: Doing) -> RotationError {
    unreachable(doing, "it closed the connection")
}

/// An answer that is none.
pub(super) fn strange(doing: Doing) -> RotationError {
    unreachable(doing, "its answer is not what it should be")
}

/// An answer that does not come.
pub(super) fn too_slow(doing: Doing) -> RotationError {
    unreachable(doing, "it does not answer in time")
}

/// A server that nothing is said to. That is no login that was turned down, after which another would be tried.
pub(super) fn untrusted(reason: &str) -> RotationError {
    RotationError::Denied { action: "open a session of the database".to_owned(), reason: reason.to_owned() }
}

fn unreachable(doing: Doing, reason: &str) -> RotationError {
    let (service, action) = (SERVICE.to_owned(), doing.action());
    RotationError::Unreachable { service, action, reason: reason.to_owned() }
}

fn cause(fault: &Error) -> Option<&io::Error> {
    std::error::Error::source(fault)?.downcast_ref()
}

fn of_code(doing: Doing, code: &str) -> RotationError {
    // It comes from the other side, and is shown.
    if code.len() != 5 || !code.bytes().all(|sign| sign.is_ascii_alphanumeric()) {
        return strange(doing);
    }
    let reason = format!("SQLSTATE {code}");
    let class = code.get(..2).unwrap_or_default();
    match (doing, class) {
        // Connections, transactions, resources, locks, the operator, the system, the server itself.
        (_, "08" | "40" | "53" | "55" | "57" | "58" | "XX") => unreachable(doing, &reason),
        // Of these, an unknown user and a wrong password.
        (Doing::Login, "28") => {
            RotationError::Refused { service: SERVICE.to_owned(), action: doing.action(), reason }
        }
        (Doing::Login, _) => untrusted(&reason),
        (Doing::Statement, _) if code == "42501" => {
            RotationError::Denied { action: "run a statement in the database".to_owned(), reason }
        }
        (Doing::Statement, _) => {
            RotationError::Refused { service: SERVICE.to_owned(), action: doing.action(), reason }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_says_who_has_to_act() {
        let rows = [
            (Doing::Login, "28P01", "the database refused to open a session: SQLSTATE 28P01", false),
            (Doing::Login, "28000", "the database refused to open a session: SQLSTATE 28000", false),
            (
                Doing::Login,
                "3D000",
                "there is no permission to open a session of the database: SQLSTATE 3D000",
                false,
            ),
            (Doing::Login, "53300", "the database could not open a session: SQLSTATE 53300", true),
            (Doing::Login, "57P03", "the database could not open a session: SQLSTATE 57P03", true),
            (
                Doing::Statement,
                "42501",
                "there is no permission to run a statement in the database: SQLSTATE 42501",
                false,
            ),
            (Doing::Statement, "42601", "the database refused to run a statement: SQLSTATE 42601", false),
            (Doing::Statement, "XX000", "the database could not run a statement: SQLSTATE XX000", true),
            (
                Doing::Statement,
                "hunter2",
                "the database could not run a statement: its answer is not what it should be",
                true,
            ),
        ];
        for (doing, code, says, transient) in rows {
            let error = of_code(doing, code);
            assert_eq!((error.to_string().as_str(), error.is_transient()), (says, transient), "{code}");
        }
    }
}
