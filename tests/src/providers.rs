//! The providers whose front doors the suites go through. To add one, write its folder under `functions/` and
//! a row in [`PROVIDERS`]; the suites then run through it as well.

use crate::served::{Served, Settings};

/// One provider.
#[derive(Clone, Copy, Debug)]
pub struct Provider {
    /// Its id, which is the name of its folder, too.
    pub id: &'static str,
    /// Starts its front door with a policy.
    pub serve: fn(&Settings) -> Served,
}

/// Every provider, by id.
pub const PROVIDERS: &[Provider] = &[Provider { id: "local", serve: Served::start }];
