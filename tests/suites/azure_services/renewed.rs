//! Whole rotations by the built function, over TLS: what is renewed, what is good afterwards, and what the log says.

use azure_functions_shim::host::Trigger;
use conformance::azure::accounts;
use conformance::azure::key_vault::Version;
use serde_json::json;

use super::scene::{SECRET, Scene, wait_for, written};

#[test]
fn the_two_keys_of_an_account_take_turns_and_only_the_idle_one_is_made_anew() {
    let Some(scene) = Scene::of_account("the rotation of an account's key over TLS") else { return };
    let host = scene.rotator(&[]);
    for (name, regenerated) in [("key1", "Key1"), ("key2", "Key2"), ("key1", "Key1")] {
        let (before, keys) = (scene.value(), scene.account.keys());
        scene.renew(&host);
        let (value, now) = (scene.value(), scene.account.keys());
        assert_eq!((&value["key_name"], &value["account"]), (&json!(name), &json!(accounts::ID)));
        let place = usize::from(name == "key2");
        assert_eq!(value["key"], json!(now[place]), "what is in use is what the account has");
        assert_eq!(now[1 - place], keys[1 - place], "what was in use is good as before");
        assert_eq!(before["key"], json!(now[1 - place]));
        assert_eq!(scene.account.regenerated().last(), Some(&regenerated));
        scene.pass();
    }
    assert_eq!((scene.account.regenerated().len(), scene.count()), (3, 5));
    wait_for(&host, ": done");
}

#[test]
fn a_key_of_an_api_is_minted_and_the_one_before_last_revoked() {
    let Some(scene) = Scene::of_provider("the rotation of an API's key over TLS") else { return };
    let host = scene.rotator(&[]);
    let mut held = scene.provider.good();
    for _ in 0..3 {
        scene.renew(&host);
        held.push(scene.value()["value"].as_str().unwrap().to_owned());
        let last_two = held.iter().rev().take(2).rev().cloned().collect::<Vec<_>>();
        assert_eq!(scene.provider.good(), last_two, "{:#?}", scene.toll.calls());
        scene.pass();
    }
    // When the overlap is over, the timer retires what was before.
    let retired = host.invoke(&Trigger::timer("renew", "timer", false)).unwrap();
    assert!(retired.result.is_ok(), "{retired:?}");
    let enabled = scene.vault.versions(SECRET).into_iter().filter(Version::is_enabled).map(|one| one.value);
    assert_eq!(enabled.collect::<Vec<_>>(), [scene.value().to_string()]);
    assert_eq!(Some(&scene.provider.good()[..]), held.last().map(std::slice::from_ref));
    let _ = written(&host);
}
