//! The providers whose front doors the suites go through. To add one, write its folder under `functions/` and
//! a row in [`PROVIDERS`]; the suites then run through it as well.

use crate::azure;
use crate::gcp;
use crate::lambda;
use crate::model::{EVERY_WIRE, Wire};
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
    /// How thoroughly its streams are tried.
    pub streams: Streams,
}

/// How thoroughly the streams of a provider are tried. What cuts do to a text is decided by crates that all providers
/// share: behind one door each cut of each dialect is tried, and behind those that only bring the same pieces another
/// way some of them.
#[derive(Clone, Copy, Debug)]
pub struct Streams {
    /// Texts are cut at every so many places.
    pub cut_step: usize,
    /// In which dialects.
    pub wires: &'static [Wire],
}

impl Streams {
    /// Everywhere, in each dialect.
    pub const EACH: Self = Self { cut_step: 1, wires: &EVERY_WIRE };
    /// At some places, in one dialect of each form that the pieces of a stream have: events, frames, a list, and events
    /// among which nothing may be put.
    pub const PASSED_ON: Self = Self {
        cut_step: 9,
        wires: &[Wire::OpenaiChat, Wire::BedrockConverse, Wire::GeminiList, Wire::GeminiGenerate],
    };
}

/// Every provider, by id.
pub const PROVIDERS: &[Provider] = &[
    Provider { id: "aws", serve: lambda::serve, knows_who_left: false, streams: Streams::PASSED_ON },
    Provider { id: "azure", serve: azure::serve, knows_who_left: true, streams: Streams::PASSED_ON },
    Provider { id: "gcp", serve: gcp::serve, knows_who_left: true, streams: Streams::PASSED_ON },
    LOCAL,
];

/// This machine.
pub const LOCAL: Provider =
    Provider { id: "local", serve: Served::start, knows_who_left: true, streams: Streams::EACH };
