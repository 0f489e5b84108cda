//! The settings of a function that rotates, as far as every provider's has them: what kind of credential is renewed, and
//! how long the one before stays good.

use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rotation::{SqlServer, Strategy};

use crate::postgres::PostgresServer;
use crate::settings::Reading;
use crate::source;

/// An overlap, in seconds: as long as a gate keeps a value of a store that is away, up to 30 days.
const OVERLAPS: RangeInclusive<u64> = 3_900..=2_592_000;
/// An overlap that is not set, in seconds.
const OVERLAP: u64 = 86_400;

/// How a secret is renewed: `SALLYPORT_ROTATION_STRATEGY`, one of those that the function has the tools for.
pub fn strategy(reading: &mut Reading, available: &[&str]) -> Option<&'static dyn Strategy> {
    let name = "SALLYPORT_ROTATION_STRATEGY";
    let id = reading.text(name).unwrap_or_default();
    let found = rotation::strategy(&id).filter(|found| available.contains(&found.id()));
    if found.is_none() {
        reading.fault(name, &format!("expected one of `{}`", available.join("`, `")));
    }
    found
}

/// How long the previous value stays good: `SALLYPORT_ROTATION_OVERLAP_SECONDS`.
pub fn overlap(reading: &mut Reading) -> Duration {
    reading.seconds("SALLYPORT_ROTATION_OVERLAP_SECONDS", OVERLAPS, OVERLAP)
}

/// The way to the database, for the strategy that needs one; only who does is asked whom to trust: `SALLYPORT_DATABASE_CA`,
/// a file whose name counts from `folder`, or else the system's authorities.
pub fn database(
    reading: &mut Reading,
    strategy: &'static dyn Strategy,
    folder: &Path,
) -> Option<Arc<dyn SqlServer>> {
    if strategy.id() != "postgres_password" {
        return None;
    }
    let name = "SALLYPORT_DATABASE_CA";
    let made = match reading.text(name) {
        Some(file) => {
            source::read_bytes(&folder.join(file)).and_then(|pem| PostgresServer::with_authorities(&pem))
        }
        None => PostgresServer::with_native_roots(),
    };
    match made {
        Ok(server) => Some(Arc::new(server)),
        Err(fault) => {
            reading.fault(name, &fault.to_string());
            None
        }
    }
}
