//! The calls to Secret Manager that a rotation makes, and what their failures mean. Only those that change nothing are
//! tried again by the client: none of the others is harmless twice.

use google_cloud_gax::error::rpc::Code;
use google_cloud_gax::paginator::ItemPaginator as _;
use google_cloud_secretmanager_v1::client::SecretManagerService;
use google_cloud_secretmanager_v1::model::{Secret as SecretResource, SecretPayload, SecretVersion};
use google_cloud_wkt::FieldMask;
use rotation::{RotationError, VersionStage};
use secrets::Secret;

use crate::checksum::crc32c;
use crate::clients::SecretManager;
use crate::secret_store::{ManagerFault, fault, in_time};

/// Who does not answer, in messages.
const SERVICE: &str = "Secret Manager";
/// The most versions that a page of the list may have.
const PAGE: i32 = 100;
/// The most versions that are looked through.
const MOST: usize = 10_000;

/// The secret and its versions in the service, by the secret's path.
#[derive(Clone, Debug)]
pub(super) struct Calls {
    pub(super) manager: SecretManager,
    pub(super) path: String,
}

impl Calls {
    /// The secret without its versions.
    pub(super) async fn secret(&self) -> Result<SecretResource, RotationError> {
        let asked = self.client().await?.get_secret().set_name(&self.path).send().await;
        asked.map_err(|error| self.told("read", fault(&error)))
    }

    /// All versions, without their values.
    pub(super) async fn versions(&self) -> Result<Vec<SecretVersion>, RotationError> {
        let client = self.client().await?;
        let mut list = client.list_secret_versions().set_parent(&self.path).set_page_size(PAGE).by_item();
        let mut versions = Vec::new();
        while let Some(version) = list.next().await {
            versions.push(version.map_err(|error| self.told("list the versions of", fault(&error)))?);
            if versions.len() > MOST {
                let (service, action) = (SERVICE.to_owned(), self.action("list the versions of"));
                let reason = format!("there are more than {MOST}; destroy some");
                return Err(RotationError::Refused { service, action, reason });
            }
        }
        Ok(versions)
    }

    /// Writes the aliases and annotations, if the secret is still as it was read.
    pub(super) async fn update(&self, secret: SecretResource) -> Result<SecretResource, RotationError> {
        let mask = FieldMask::default().set_paths(["version_aliases", "annotations"]);
        let changed = SecretResource::new()
            .set_name(&self.path)
            .set_etag(secret.etag)
            .set_version_aliases(secret.version_aliases)
            .set_annotations(secret.annotations);
        let asked =
            self.client().await?.update_secret().set_secret(changed).set_update_mask(mask).send().await;
        asked.map_err(|error| self.told("update", fault(&error)))
    }

    /// Adds a version. It has the next number, and is enabled.
    pub(super) async fn add(&self, value: &Secret) -> Result<SecretVersion, RotationError> {
        let bytes = value.expose().as_bytes();
        let payload = SecretPayload::new().set_data(bytes.to_vec()).set_data_crc32c(crc32c(bytes));
        let client = self.client().await?;
        let asked = client.add_secret_version().set_parent(&self.path).set_payload(payload).send().await;
        asked.map_err(|error| self.told("add a version to", fault(&error)))
    }

    /// The value of a version; `None` where it is not there or cannot be read in its state.
    pub(super) async fn value(
        &self,
        number: u64,
        stage: VersionStage,
    ) -> Result<Option<Secret>, RotationError> {
        match in_time(self.manager.access(&self.version(number))).await {
            Ok(found) if found.value.expose().is_empty() => {
                let (secret, reason) = (self.path.clone(), "it is empty".to_owned());
                Err(RotationError::Invalid { secret, stage, reason })
            }
            Ok(found) => Ok(Some(found.value)),
            Err(ManagerFault::Refused(Code::NotFound | Code::FailedPrecondition)) => Ok(None),
            Err(fault) => Err(self.told("read the value of", fault)),
        }
    }

    /// Makes a version unreadable, which can be taken back.
    pub(super) async fn disable(&self, version: &SecretVersion) -> Result<(), RotationError> {
        let asked = self.client().await?.disable_secret_version();
        let asked = asked.set_name(self.version(number_of(version))).set_etag(&version.etag).send().await;
        asked.map(drop).map_err(|error| self.told("disable a version of", fault(&error)))
    }

    /// Ends a version for good.
    pub(super) async fn destroy(&self, version: &SecretVersion) -> Result<(), RotationError> {
        let asked = self.client().await?.destroy_secret_version();
        let asked = asked.set_name(self.version(number_of(version))).set_etag(&version.etag).send().await;
        asked.map(drop).map_err(|error| self.told("destroy a version of", fault(&error)))
    }

    pub(super) fn conflict(&self, reason: &str) -> RotationError {
        RotationError::Conflict { secret: self.path.clone(), reason: reason.to_owned() }
    }

    async fn client(&self) -> Result<&SecretManagerService, RotationError> {
        let failed = |reason| self.told("reach", ManagerFault::Unanswered(reason));
        self.manager.client().await.map_err(failed)
    }

    fn version(&self, number: u64) -> String {
        format!("{}/versions/{number}", self.path)
    }

    fn action(&self, what: &str) -> String {
        format!("{what} secret `{}`", self.path)
    }

    fn told(&self, what: &str, fault: ManagerFault) -> RotationError {
        let (service, action) = (SERVICE.to_owned(), self.action(what));
        let code = match fault {
            ManagerFault::Refused(code) => code,
            ManagerFault::Unanswered(reason) => {
                return RotationError::Unreachable { service, action, reason: reason.to_owned() };
            }
        };
        let reason = code.name().to_owned();
        match code {
            // An etag is another by now, or a version is in another state.
            Code::Aborted | Code::FailedPrecondition => self
                .conflict("the secret or a version of it was changed between being read and being written"),
            Code::NotFound => {
                RotationError::Missing { secret: self.path.clone(), stage: VersionStage::Current }
            }
            Code::PermissionDenied | Code::Unauthenticated => RotationError::Denied { action, reason },
            Code::AlreadyExists | Code::InvalidArgument | Code::OutOfRange | Code::Unimplemented => {
                RotationError::Refused { service, action, reason }
            }
            Code::Cancelled
            | Code::DataLoss
            | Code::DeadlineExceeded
            | Code::Internal
            | Code::Ok
            | Code::ResourceExhausted
            | Code::Unavailable
            | Code::Unknown
            | _ => RotationError::Unreachable { service, action, reason },
        }
    }
}

/// The number of a version, which its name ends with; 0, which none has, where it does not.
pub(super) fn number_of(version: &SecretVersion) -> u64 {
    version.name.rsplit('/').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}
