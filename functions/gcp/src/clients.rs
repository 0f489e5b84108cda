//! The SDK's client of Secret Manager, made when it is first needed: it reads certificates, which would be most of a
//! start.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use google_cloud_auth::credentials::Credentials;
use google_cloud_gax::exponential_backoff::ExponentialBackoffBuilder;
use google_cloud_gax::retry_policy::{Aip194Strict, RetryPolicyExt as _};
use google_cloud_secretmanager_v1::client::SecretManagerService;
use host::settings::{Reading, UrlFault, private_base_url};
use http::Uri;
use tokio::sync::OnceCell;

use crate::credentials::Identity;
use crate::metadata::MetadataPlace;

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(2);
/// How often a call that changes nothing is tried.
const ATTEMPTS: u32 = 3;
/// How long is waited before the second of them; before each further one twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Where Google's services are, for both of the programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSettings {
    /// The metadata server.
    pub metadata: MetadataPlace,
    /// Secret Manager, where that is not at its own address.
    pub secrets_endpoint: Option<Uri>,
}

impl ClientSettings {
    /// Reads them: `GCE_METADATA_HOST` and `SALLYPORT_SECRETS_ENDPOINT`.
    pub fn read(reading: &mut Reading) -> Self {
        let metadata = MetadataPlace::read(reading);
        // The account's token is shown there.
        let secrets_endpoint = url(reading, "SALLYPORT_SECRETS_ENDPOINT", private_base_url);
        Self { metadata, secrets_endpoint }
    }
}

/// A base URL that need not be set.
pub(crate) fn url(reading: &mut Reading, name: &str, read: fn(&str) -> Result<Uri, UrlFault>) -> Option<Uri> {
    let text = reading.text(name)?;
    read(&text).map_err(|fault| reading.fault(name, &fault.to_string())).ok()
}

/// The client of Secret Manager, for whoever needs it.
#[derive(Clone)]
pub struct SecretManager {
    identity: Identity,
    endpoint: Option<Uri>,
    client: Arc<OnceCell<SecretManagerService>>,
}

impl fmt::Debug for SecretManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretManager").finish_non_exhaustive()
    }
}

impl SecretManager {
    /// Secret Manager, called as this account.
    #[must_use]
    pub fn new(identity: Identity, endpoint: Option<Uri>) -> Self {
        Self { identity, endpoint, client: Arc::default() }
    }

    /// The SDK's client.
    ///
    /// # Errors
    /// When it cannot be made, in words that hold nothing of a credential. It is tried anew the next time.
    pub async fn client(&self) -> Result<&SecretManagerService, &'static str> {
        let made = self.client.get_or_try_init(|| self.make()).await;
        made.map_err(|_| "the client of Secret Manager cannot be made")
    }

    async fn make(&self) -> Result<SecretManagerService, google_cloud_gax::client_builder::Error> {
        let backoff = ExponentialBackoffBuilder::new().with_initial_delay(FIRST_PAUSE).clamp();
        let builder = SecretManagerService::builder()
            .with_credentials(Credentials::from(self.identity.clone()))
            .with_retry_policy(Aip194Strict.with_attempt_limit(ATTEMPTS))
            .with_backoff_policy(backoff)
            .with_attempt_timeout(ATTEMPT);
        match &self.endpoint {
            Some(endpoint) => builder.with_endpoint(endpoint.to_string()).build().await,
            None => builder.build().await,
        }
    }
}
