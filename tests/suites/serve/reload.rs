//! The policy file changes while the server runs: a good version takes over, a bad one is told and left out.

use conformance::served::{Served, Settings};

#[test]
fn a_good_version_takes_over_and_a_bad_one_is_left_out() {
    let served = Served::start(&Settings::of_policy(super::policy()));
    let revision = |served: &Served| {
        let health = served.call(&conformance::http::Request::fetch("/healthz")).json();
        health["policy"]["revision"].as_str().unwrap().to_owned()
    };
    let first = revision(&served);
    assert_eq!(served.call(&super::chat("say wombatword")).status, 200);

    served.change_policy(&super::policy().replace("drop", "wombatword|drop"));
    let told = served.wait_for(|line| {
        let new = revision(&served);
        (new != first && line.contains(new.get(..12).unwrap())).then_some(new)
    });
    let second = told.expect("the new revision is told");
    assert_eq!(served.call(&super::chat("say wombatword")).status, 403);
    assert_eq!(served.records().last().unwrap()["policy"]["revision"], second.as_str());

    served.change_policy(&super::policy().replace("type: input_validation", "type: input_validaton"));
    let told = served.wait_for(|line| line.contains("did you mean").then(|| line.to_owned()));
    assert!(told.is_some_and(|line| line.contains("input_validaton") && line.contains("policy.yaml:")));
    assert_eq!(revision(&served), second, "the version before stays in force");
    assert_eq!(served.call(&super::chat("say wombatword")).status, 403);

    served.change_policy(&super::policy());
    let back = served.wait_for(|_| (revision(&served) == first).then_some(()));
    assert!(back.is_some(), "a good version takes over again");
}
