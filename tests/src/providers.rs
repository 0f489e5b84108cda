//! The providers whose front doors the suites go through. To add one, write its folder under `functions/` and
//! a row in [`PROVIDERS`]; the suites then run through it as well.

use crate::azure;
use crate::lambda;
use crate::served::{Served, Settings};

/// One provider.
#[derive(Clone, Copy, Debug)]
pub struct Provider {
    /// Its id, which is the name of its folder, too.
    pub id: &'static str,
    /// Starts its front door with a policy.
    pub serve: fn(&Settings) -> Served,
    /// Whether it learns that a caller has left before the answer was over. A function may have to make it to its end.
    pub knows_who_left: bool,
    /// Texts are cut at every so many places: behind one door at each, and behind those that bring the same pieces
    /// another way at some.
    pub cut_step: usize,
}

/// Every provider, by id.
pub const PROVIDERS: &[Provider] = &[
    Provider { id: "aws", serve: lambda::serve, knows_who_left: false, cut_step: 9 },
    Provider { id: "azure", serve: azure::serve, knows_who_left: true, cut_step: 9 },
    Provider { id: "local", serve: Served::start, knows_who_left: true, cut_step: 1 },
];
