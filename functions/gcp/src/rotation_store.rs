//! Secret Manager as a rotation sees it. It numbers versions itself, and readers take the version that the alias
//! `current` leads to; where there is none, the newest one that is enabled. So:
//!
//! - **Current** is the alias `current`. Before the first version is added it is set to what readers get without it, so
//!   that no version is read before it was tested.
//! - **Pending** is a version that is enabled and newer than the ones that were there when it was begun, with the alias
//!   `pending`. The annotation [`MAKING`] says from which version it is made, and after which; one that is made from
//!   another than the current one is a leftover. Our name for it is [`renewal_of`] the number of the current one.
//! - **Previous** is the alias `previous`, while that version is enabled.
//!
//! All three move in one write, with the secret's etag. When the current one became current stands in [`SINCE`].
//!
//! **Stopped at any call**: that a version is about to be added is written down before ([`MAKING`]), so a version that was
//! added and has no alias yet is known for what it is, and is gone on with: none is added twice, and none is left over.
//!
//! **Two at the same time**: whoever rotates holds the lease of `lease.rs`; and each write to the secret fails
//! where another came between.
//!
//! **What is over**: an event finds the version before last over and disables it, with all before it; each is destroyed
//! when it was out of use for as long as the settings say. Nothing but events calls this service, so what one rotation
//! relieves is disabled when the next one begins.

mod calls;
mod lease;
mod scene;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use enforcement::Clock;
use google_cloud_secretmanager_v1::model::Secret as SecretResource;
use google_cloud_secretmanager_v1::model::secret_version::State;
use rotation::{Description, PendingValue, RotationError, RotationStore, VersionStage};
use secrets::{BoxFuture, Secret};

use calls::{Calls, number_of};
use scene::{Scene, alias, before, is_called, pair, set_alias};

pub use lease::RUN;
pub use scene::{CURRENT, MAKING, PENDING, PREVIOUS, SINCE};

use crate::clients::SecretManager;
use crate::rotation_event::{SecretName, millis};

/// Our name for the version that follows the one with this number.
#[must_use]
pub fn renewal_of(number: u64) -> String {
    format!("renewal-of-{number}")
}

/// One secret that is renewed.
#[derive(Clone)]
pub struct SecretRotation {
    calls: Calls,
    clock: Arc<dyn Clock>,
}

/// When a secret is due, for who has to say whether it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The number of its project.
    pub number: String,
    /// What the version that follows the current one is called.
    pub next: String,
    /// When the schedule had it due the last time, in Unix milliseconds; `None` without a schedule.
    pub due_ms: Option<u64>,
}

impl SecretRotation {
    /// This secret.
    #[must_use]
    pub fn new(secret: &SecretName, manager: SecretManager, clock: Arc<dyn Clock>) -> Self {
        Self { calls: Calls { manager, path: secret.path() }, clock }
    }

    /// Where the secret stands.
    ///
    /// # Errors
    /// As [`RotationStore::describe`].
    pub async fn standing(&self) -> Result<Standing, RotationError> {
        let scene = self.scene().await?;
        let number = scene.secret.name.split('/').nth(1).unwrap_or_default().to_owned();
        let next = renewal_of(self.current(&scene)?);
        Ok(Standing { number, next, due_ms: due_ms(&scene.secret, self.clock.unix_millis()) })
    }

    /// Disables what nobody needs any more, and destroys what has been out of use for `destroyed_after`. Does nothing
    /// while a version is being made, or where no rotation has made the current one.
    ///
    /// # Errors
    /// Any [`RotationError`]. It may be called again.
    pub async fn sweep(
        &self,
        overlap: Duration,
        destroyed_after: Option<Duration>,
    ) -> Result<(), RotationError> {
        let scene = self.scene().await?;
        let (current, now) = (self.current(&scene)?, self.clock.unix_millis());
        let over = now >= scene.since_ms(current).saturating_add(whole_millis(overlap));
        if scene.pending().is_some() || !scene.is_renewed(current) || !over {
            return Ok(());
        }
        for version in scene.enabled().filter(|version| number_of(version) < current) {
            self.calls.disable(version).await?;
        }
        let Some(after) = destroyed_after else { return Ok(()) };
        // A version was relieved when the next one was made.
        let relieved_ms = |number: u64| {
            let later = scene.versions.iter().map(number_of).find(|other| *other > number);
            later.map_or(u64::MAX, |later| scene.created_ms(later))
        };
        let ended = scene.versions.iter().filter(|version| {
            let number = number_of(version);
            let idle = version.state == State::Disabled && number < current;
            idle && now >= relieved_ms(number).saturating_add(whole_millis(after))
        });
        for version in ended {
            self.release(number_of(version)).await?;
            self.calls.destroy(version).await?;
        }
        Ok(())
    }

    /// Takes the alias `previous` off a version, where it has that.
    async fn release(&self, number: u64) -> Result<(), RotationError> {
        let mut secret = self.calls.secret().await?;
        if alias(&secret, PREVIOUS) != Some(number) {
            return Ok(());
        }
        secret.version_aliases.remove(PREVIOUS);
        self.calls.update(secret).await.map(drop)
    }

    async fn scene(&self) -> Result<Scene, RotationError> {
        let secret = self.calls.secret().await?;
        Ok(Scene::new(secret, self.calls.versions().await?))
    }

    fn current(&self, scene: &Scene) -> Result<u64, RotationError> {
        let missing =
            || RotationError::Missing { secret: self.calls.path.clone(), stage: VersionStage::Current };
        scene.current().ok_or_else(missing)
    }

    /// Disables a version that is being made, and forgets it.
    async fn give_up(&self, scene: Scene, number: u64) -> Result<(), RotationError> {
        if let Some(version) = scene.version(number).filter(|version| version.state == State::Enabled) {
            self.calls.disable(version).await?;
        }
        self.calls.update(forgotten(scene.secret)).await.map(drop)
    }

    /// Writes down that a version is about to be added; what is left over of another is ended before.
    async fn begin(&self, scene: Scene, current: u64) -> Result<SecretResource, RotationError> {
        if let Some(version) = scene.leftover().and_then(|number| scene.version(number)) {
            self.calls.disable(version).await?;
        }
        let newest = scene.newest();
        let mut secret = forgotten(scene.secret);
        set_alias(&mut secret, CURRENT, current);
        secret.annotations.insert(MAKING.to_owned(), format!("{current} after {newest}"));
        self.calls.update(secret).await
    }

    async fn same(&self, number: u64, value: &Secret) -> Result<bool, RotationError> {
        let found = self.calls.value(number, VersionStage::Pending).await?;
        Ok(found.is_some_and(|found| found.matches(value.expose())))
    }

    /// The number of the version in a stage, by the aliases alone where they tell it.
    async fn staged(&self, stage: VersionStage, name: Option<&str>) -> Result<Option<u64>, RotationError> {
        let secret = self.calls.secret().await?;
        let Some(current) = alias(&secret, CURRENT) else {
            return Ok(staged(&Scene::new(secret, self.calls.versions().await?), stage, name));
        };
        let is = |number: &u64| name.is_none_or(|name| name == number.to_string());
        match stage {
            VersionStage::Current => {
                Ok(Some(current).filter(|_| name.is_none_or(|name| is_called(&secret, current, name))))
            }
            VersionStage::Previous => Ok(before(&secret, current).filter(is)),
            VersionStage::Pending if pair(&secret, MAKING, " after ").is_none() => Ok(None),
            VersionStage::Pending => {
                Ok(staged(&Scene::new(secret, self.calls.versions().await?), stage, name))
            }
        }
    }
}

impl RotationStore for SecretRotation {
    fn describe<'a>(&'a self, _secret: &'a str) -> BoxFuture<'a, Result<Description, RotationError>> {
        Box::pin(async move {
            let scene = self.scene().await?;
            let current = self.current(&scene)?;
            let mut versions = BTreeMap::new();
            if let Some(previous) = scene.previous() {
                versions.insert(previous.to_string(), vec![VersionStage::Previous]);
            }
            if let Some(before) = before(&scene.secret, current) {
                versions.insert(renewal_of(before), vec![VersionStage::Current]);
            }
            if scene.pending().is_some() {
                versions.insert(renewal_of(current), vec![VersionStage::Pending]);
            }
            // A number sorts before our names, so that it is the one that is found.
            versions.insert(current.to_string(), vec![VersionStage::Current]);
            Ok(Description { rotation_enabled: true, current_since_ms: scene.since_ms(current), versions })
        })
    }

    fn read<'a>(
        &'a self,
        _secret: &'a str,
        stage: VersionStage,
        version: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Option<Secret>, RotationError>> {
        Box::pin(async move {
            match self.staged(stage, version).await? {
                Some(number) => self.calls.value(number, stage).await,
                None => Ok(None),
            }
        })
    }

    fn put_pending<'a>(&'a self, pending: PendingValue<'a>) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let scene = self.scene().await?;
            let current = self.current(&scene)?;
            if pending.version != renewal_of(current) {
                return Err(self.calls.conflict("another version is current"));
            }
            let (mut secret, number) = match scene.pending() {
                Some(number) if self.same(number, pending.value).await? => (scene.secret, number),
                Some(_) => return Err(self.calls.conflict("its pending version has another value")),
                None => {
                    let secret = self.begin(scene, current).await?;
                    (secret, number_of(&self.calls.add(pending.value).await?))
                }
            };
            if alias(&secret, PENDING) == Some(number) {
                return Ok(());
            }
            set_alias(&mut secret, PENDING, number);
            self.calls.update(secret).await.map(drop)
        })
    }

    fn move_current<'a>(
        &'a self,
        _secret: &'a str,
        from: &'a str,
        to: &'a str,
    ) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let scene = self.scene().await?;
            let current = self.current(&scene)?;
            if is_called(&scene.secret, current, to) {
                return Ok(());
            }
            if !is_called(&scene.secret, current, from) {
                return Err(self.calls.conflict("another version is current"));
            }
            let pending = scene.pending().filter(|_| to == renewal_of(current));
            let number = pending.ok_or_else(|| self.calls.conflict("its pending value is gone"))?;
            let mut secret = forgotten(scene.secret);
            set_alias(&mut secret, CURRENT, number);
            set_alias(&mut secret, PREVIOUS, current);
            let since = format!("{number} since {}", self.clock.unix_millis());
            secret.annotations.insert(SINCE.to_owned(), since);
            self.calls.update(secret).await.map(drop)
        })
    }

    fn drop_pending<'a>(
        &'a self,
        _secret: &'a str,
        version: &'a str,
    ) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let scene = self.scene().await?;
            let named = version == renewal_of(self.current(&scene)?);
            match scene.pending().filter(|_| named) {
                Some(number) => self.give_up(scene, number).await,
                None => Ok(()),
            }
        })
    }
}

/// The number of the version in a stage.
fn staged(scene: &Scene, stage: VersionStage, name: Option<&str>) -> Option<u64> {
    let current = scene.current()?;
    let fits = |own: &str| name.is_none_or(|name| name == own);
    match stage {
        VersionStage::Current => {
            Some(current).filter(|_| name.is_none_or(|name| is_called(&scene.secret, current, name)))
        }
        VersionStage::Pending => scene.pending().filter(|_| fits(&renewal_of(current))),
        VersionStage::Previous => scene.previous().filter(|number| fits(&number.to_string())),
    }
}

/// The secret without what tells of a version that is being made.
fn forgotten(mut secret: SecretResource) -> SecretResource {
    secret.version_aliases.remove(PENDING);
    secret.annotations.remove(MAKING);
    secret
}

/// When the schedule had the secret due the last time. The service sets the next time when it tells of the one before,
/// or shortly after.
fn due_ms(secret: &SecretResource, now_ms: u64) -> Option<u64> {
    let rotation = secret.rotation.as_ref()?;
    let next = millis(rotation.next_rotation_time?);
    if next <= now_ms {
        return Some(next);
    }
    let period = u64::try_from(rotation.rotation_period?.seconds()).unwrap_or_default();
    Some(next.saturating_sub(period.saturating_mul(1000)))
}

fn whole_millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
