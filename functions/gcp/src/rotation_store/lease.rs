//! The right to rotate, which one run at a time has: a lease that stands among the secret's annotations. The platform
//! keeps to one instance, but not while one revision of the service takes the place of another.
//!
//! A lease ends by itself, so that a run that was killed keeps the next one waiting for five minutes at most. A run ends
//! before its lease does.

use std::fmt::Write as _;
use std::time::Duration;

use google_cloud_secretmanager_v1::model::Secret as SecretResource;
use host::random::random_bytes;
use rotation::RotationError;

use super::{SecretRotation, whole_millis};

/// The annotation that says who rotates and until when: `ID until T`, in Unix milliseconds.
pub const RUN: &str = "sallyport-run";
/// What stands between the two.
const UNTIL: &str = " until ";
/// How long a run may take: the platform gives a call five minutes.
const LONGEST: Duration = Duration::from_secs(240);
/// How long a lease lasts.
const LASTS: Duration = Duration::from_secs(300);

impl SecretRotation {
    /// Does some work while no other run does any.
    ///
    /// # Errors
    /// When another run is under way, when the lease cannot be had, when the work takes too long, or when it fails.
    pub async fn hold<T>(
        &self,
        work: impl Future<Output = Result<T, RotationError>>,
    ) -> Result<T, RotationError> {
        let id = self.acquire().await?;
        let ended = tokio::time::timeout(LONGEST, work).await.unwrap_or_else(|_| Err(too_long()));
        // Where this fails it ends by itself.
        let _ = self.let_go(&id).await;
        ended
    }

    async fn acquire(&self) -> Result<String, RotationError> {
        let mut secret = self.calls.secret().await?;
        let now = self.clock.unix_millis();
        if holder(&secret).is_some_and(|(_, until)| until > now) {
            return Err(self.calls.conflict("another run is under way"));
        }
        let id = fresh_id()?;
        let until = now.saturating_add(whole_millis(LASTS));
        secret.annotations.insert(RUN.to_owned(), format!("{id}{UNTIL}{until}"));
        self.calls.update(secret).await?;
        Ok(id)
    }

    async fn let_go(&self, id: &str) -> Result<(), RotationError> {
        let mut secret = self.calls.secret().await?;
        if holder(&secret).is_some_and(|(holder, _)| holder == id) {
            secret.annotations.remove(RUN);
            self.calls.update(secret).await?;
        }
        Ok(())
    }
}

/// Who has the lease, and until when.
fn holder(secret: &SecretResource) -> Option<(&str, u64)> {
    let (id, until) = secret.annotations.get(RUN)?.split_once(UNTIL)?;
    Some((id, until.parse().ok()?))
}

fn fresh_id() -> Result<String, RotationError> {
    let bytes: [u8; 8] =
        random_bytes().map_err(|error| RotationError::Randomness { reason: error.to_string() })?;
    Ok(bytes.iter().fold(String::new(), |mut id, byte| {
        // Writing to a text does not fail.
        let _ = write!(id, "{byte:02x}");
        id
    }))
}

fn too_long() -> RotationError {
    RotationError::Unreachable {
        service: "the rotation".to_owned(),
        action: "come to its end".to_owned(),
        reason: format!("it took longer than {} seconds", LONGEST.as_secs()),
    }
}
