//! Streamed answers from outside: what callers, upstreams and auditors see of them. What can be told as the events
//! of an upstream and what comes of them stands in `tests/testdata/streams/*.toml`; texts that are cut at every
//! place stand in `values.toml` there.

use conformance::files;
use conformance::heard::Heard;
use conformance::http::Answer;
use conformance::model::{Order, Wire, model};
use conformance::providers::{PROVIDERS, Provider, Streams};
use conformance::served::{Served, Settings};
use conformance::upstream::{Script, Upstream};

mod cases;
mod cuts;
mod damage;
mod flow;
mod known_failures;

/// A server with a model behind it that says what is ordered.
struct Stage {
    served: Served,
    upstream: Upstream,
    /// Where texts are cut, and in which dialects.
    tried: Streams,
}

impl Stage {
    /// Starts the pair with a policy of `tests/testdata/streams/` through every provider, and has something done.
    fn on_each(policy: &str, mut act: impl FnMut(&Self)) {
        for provider in PROVIDERS {
            act(&Self::start(provider, &files::read(format!("tests/testdata/streams/{policy}"))));
        }
    }

    /// The same through all providers at once, for what takes its time by itself.
    fn on_all_at_once(policy: &str, act: impl Fn(&Self) + Sync) {
        let policy = files::read(format!("tests/testdata/streams/{policy}"));
        std::thread::scope(|scope| {
            for provider in PROVIDERS {
                let (act, policy) = (&act, &policy);
                scope.spawn(move || act(&Self::start(provider, policy)));
            }
        });
    }

    /// The same through every provider that learns of callers who leave.
    fn on_each_that_knows_who_left(policy: &str, mut act: impl FnMut(&Self)) {
        for provider in PROVIDERS.iter().filter(|provider| provider.knows_who_left) {
            act(&Self::start(provider, &files::read(format!("tests/testdata/streams/{policy}"))));
        }
    }

    fn start(provider: &Provider, policy: &str) -> Self {
        let upstream = Upstream::start(model());
        let all = dialects::VENDORS.iter();
        let settings = all.fold(Settings::of_policy(policy), |settings, vendor| {
            settings.upstream(vendor.id, &upstream.url())
        });
        Self { served: (provider.serve)(&settings), upstream, tried: provider.streams }
    }

    /// Orders a streamed answer.
    fn stream(&self, wire: Wire, order: &Order) -> Answer {
        self.served.call(&wire.orders(order, true))
    }

    /// Orders an answer, and tells what a client makes of it.
    fn hear(&self, wire: Wire, order: &Order, stream: bool) -> Heard {
        let answer = self.served.call(&wire.orders(order, stream));
        assert_eq!(answer.status, 200, "{}", answer.everything());
        if stream { heard(wire, &answer) } else { Heard::whole(wire, &answer.json()) }
    }

    /// Has the upstream do something else, and the model again afterwards.
    fn with<T>(&self, script: Script, act: impl FnOnce() -> T) -> T {
        self.upstream.change(script);
        let done = act();
        self.upstream.change(model());
        done
    }
}

/// What a client makes of a streamed answer.
fn heard(wire: Wire, answer: &Answer) -> Heard {
    Heard::streamed(wire, &answer.body).unwrap_or_else(|fault| panic!("{fault}\n{}", answer.everything()))
}
