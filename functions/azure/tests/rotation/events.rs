//! Every event of `tests/testdata/azure_events/`: what begins with `due` renews, what begins with `made` is our own echo,
//! and what begins with `refused` is refused, without a word of it.

use azure_functions_shim::Outcome;

use crate::world::{SECRET, World};
use crate::{account_key, call, files, rotator};

/// The version that the events are about.
const VERSION: &str = "0d5c9a3b7e1f4c2a9b8d6e5f4a3b2c1d";

#[tokio::test]
async fn each_event_does_what_its_name_says() {
    let files = files();
    assert!(files.len() > 25, "{}", files.len());
    for (name, input) in files {
        let world = World::new(&account_key(), 29);
        world.state().secrets.get_mut(SECRET).unwrap()[0].id = VERSION.to_owned();
        let ended = rotator(&world, "azure_account_key", true).on_events(&call(&input)).await;
        let (versions, asked) = (world.versions().len(), !world.state().calls.is_empty());
        match name.split('_').next().unwrap() {
            "due" => assert!(matches!(ended, Outcome::Done(_)) && versions == 2, "{name}: {ended:?}"),
            "made" => assert!(matches!(ended, Outcome::Done(_)) && !asked, "{name}: {ended:?}"),
            "refused" => {
                assert!(matches!(ended, Outcome::Fail(_)) && !asked, "{name}: {ended:?}");
                let told = format!("{ended:?}");
                assert!(!told.contains("hunter2") && !told.contains(VERSION), "{name}: {told}");
            }
            other => panic!("what is `{other}`?"),
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_batch_does_not_keep_the_rest_of_it() {
    let world = World::new(&account_key(), 29);
    let (good, files) = (crate::event(&world.current().id), files());
    let batch = serde_json::json!([files["refused_another_secret"], good]);
    let ended = rotator(&world, "azure_account_key", true).on_events(&call(&batch)).await;
    assert!(matches!(&ended, Outcome::Fail(reason) if reason.contains("another secret")), "{ended:?}");
    assert_eq!(world.versions().len(), 2);
}
