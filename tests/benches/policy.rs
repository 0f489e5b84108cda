//! How long it takes until the example policy can be enforced: reading, checking, compiling, and making the
//! scanners. The floor asked for is 2 ms.

use std::hint::black_box;

use conformance::timing::{Readings, Table};
use detectors::Scanner;
use policy::{Gate, Policy};

fn main() {
    let source = conformance::files::read("functions/local/src/example.yaml");
    let ids: Vec<&str> = detectors::DETECTORS.iter().map(|detector| detector.id()).collect();
    let load = || Policy::load(&source, &ids).expect("the example policy has no faults").policy;
    let policy = load();
    let table = Table::default()
        .row("load and compile", Readings::take(300, || drop(black_box(load()))))
        .row("make the scanners", Readings::take(300, || drop(black_box(scanners(&policy)))))
        .row("both", Readings::take(300, || drop(black_box(scanners(&load())))));
    println!("the example policy, {} bytes\n{table}", source.len());
}

fn scanners(policy: &Policy) -> [Scanner; 2] {
    let probes = policy.probes();
    [Gate::Request, Gate::Answer].map(|gate| {
        Scanner::new(
            policy.probe_ids(gate).iter().filter_map(|id| probes.get(id.0).map(|probe| (*id, probe))),
        )
    })
}
