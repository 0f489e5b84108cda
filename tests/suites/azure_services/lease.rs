//! The lease of a rotation on a blob of an emulated storage account: who has it renews, and everybody else comes again.

use std::sync::mpsc::channel;
use std::time::Duration;

use azure_functions_shim::host::Invoked;
use conformance::emulators::azurite::{self, Azurite};
use conformance::emulators::passage::Moment;

use super::scene::{SECRET, Scene, killer, wait_for};

/// The container, and the blob with the lease.
const CONTAINER: &str = "/sallyport";
/// How long a run may take to be in its midst.
const PATIENCE: Duration = Duration::from_secs(30);

fn blob() -> String {
    format!("{CONTAINER}/{SECRET}")
}

/// A secret with callers' keys, and blobs; or a line that tells why not.
fn scene(test: &str) -> Option<(Scene, Azurite)> {
    let scene = Scene::of_callers(test)?;
    let blobs = azurite::start(test, &scene.named)?;
    Some((scene, blobs))
}

fn storage(blobs: &Azurite) -> [(&'static str, String); 1] {
    [("AzureWebJobsStorage__blobServiceUri", blobs.url())]
}

/// What is said of the lease: its status, state and duration.
fn lease(blobs: &Azurite) -> String {
    let told = blobs.call("HEAD", &blob(), &[]);
    let parts = ["status", "state", "duration"].map(|part| told.value(&format!("x-ms-lease-{part}")));
    parts.map(Option::unwrap_or_default).join(" ").trim_end().to_owned()
}

/// Whether a run had to leave the rotation to another.
fn is_turned_away(invoked: &Invoked) -> bool {
    invoked.result.is_err()
}

#[test]
fn of_two_rotators_at_once_one_renews_and_the_other_does_nothing() {
    let Some((scene, blobs)) = scene("the lease of two rotations at once") else { return };
    let hosts = [scene.rotator(&storage(&blobs)), scene.rotator(&storage(&blobs))];
    let version = scene.vault.current(SECRET).id;
    // When the first one is in the midst of its run, the second one makes the whole of its own.
    let (reached, is_reached) = channel();
    let (leave, may_leave) = channel::<()>();
    scene.toll.stop_at(3, Moment::After, move || {
        reached.send(()).unwrap();
        let _ = may_leave.recv();
    });
    // What ends early lets the first one go on, too.
    std::thread::scope(|scope| {
        let leave = leave;
        let first = scope.spawn(|| scene.tell(&hosts[0], &version));
        let reached = is_reached.recv_timeout(PATIENCE);
        assert!(reached.is_ok(), "{:?} {:#?}", scene.toll.calls(), hosts[0].lines());
        assert_eq!(lease(&blobs), "locked leased fixed");
        let second = scene.tell(&hosts[1], &version).unwrap();
        assert!(is_turned_away(&second), "{second:?}");
        wait_for(&hosts[1], "another run has the lease of its rotation");
        assert_eq!(
            (scene.count(), scene.is_pending(), scene.toll.calls().len()),
            (1, false, 3),
            "it did nothing"
        );
        leave.send(()).unwrap();
        // The answer to that call was lost, and it was made again.
        let first = first.join().unwrap().unwrap();
        assert!(first.result.is_ok(), "{first:?} {:#?}", hosts[0].lines());
    });
    assert_eq!((scene.count(), scene.is_pending()), (2, false));
    for host in &hosts {
        let invoked = scene.tell(host, &version).unwrap();
        assert!(invoked.result.is_ok(), "{invoked:?} {:#?}", host.lines());
        assert_eq!((scene.count(), scene.is_pending()), (2, false));
    }
    assert_eq!(lease(&blobs), "unlocked available");
}

#[test]
fn the_lease_of_a_run_that_was_killed_ends_by_itself() {
    let Some((scene, blobs)) = scene("the lease of a rotation that was killed") else { return };
    let host = scene.rotator(&storage(&blobs));
    let version = scene.vault.current(SECRET).id;
    scene.toll.stop_at(5, Moment::After, killer(&host));
    let ended = scene.tell(&host, &version);
    assert!(ended.is_err(), "it was killed: {ended:?} {:#?}", host.lines());
    // One that lasts for as long as it was taken for, and not for ever.
    assert_eq!(lease(&blobs), "locked leased fixed");
    let next = scene.rotator(&storage(&blobs));
    let invoked = scene.tell(&next, &version).unwrap();
    assert!(is_turned_away(&invoked) && scene.count() == 1, "{invoked:?}");
    wait_for(&next, "another run has the lease of its rotation");
    // The emulator's way to let the minute pass.
    let ended = blobs.call(
        "PUT",
        &format!("{}?comp=lease", blob()),
        &["x-ms-lease-action:break", "x-ms-lease-break-period:0"],
    );
    assert_eq!(ended.status, 202, "{ended:?}");
    assert_eq!(lease(&blobs), "unlocked broken");
    let invoked = scene.tell(&next, &version).unwrap();
    assert!(invoked.result.is_ok(), "{invoked:?} {:#?}", next.lines());
    assert_eq!((scene.count(), scene.is_pending(), lease(&blobs).as_str()), (2, false, "unlocked available"));
}
