//! The metadata server: what the platform tells a service of itself, and the tokens of its account.
//!
//! Contract: Google Cloud, "About VM metadata".

use serde_json::json;

use super::secret_manager::{NUMBER, PROJECT, TOKEN};
use crate::upstream::{Arrived, Script, Upstream};

/// The region that the service runs in.
pub const REGION: &str = "europe-west1";

/// The metadata server.
#[derive(Clone, Debug)]
pub struct Metadata(Upstream);

impl Metadata {
    /// Starts it.
    #[must_use]
    pub fn start() -> Self {
        Self(Upstream::start(Script::computed(answer)))
    }

    /// What a service is told, so that it finds this one.
    #[must_use]
    pub fn variables(&self) -> [(String, String); 1] {
        [("GCE_METADATA_HOST".to_owned(), self.0.url().replace("http://", ""))]
    }

    /// What was asked so far.
    #[must_use]
    pub fn asked(&self) -> Vec<Arrived> {
        self.0.arrived()
    }

    /// Answers in another way from now on.
    pub fn change(&self, script: Script) {
        self.0.change(script);
    }
}

fn answer(arrived: &Arrived) -> Script {
    let target = arrived.line.split(' ').nth(1).unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default();
    let told = match path.strip_prefix("/computeMetadata/v1/") {
        _ if arrived.values("metadata-flavor") != ["Google"] => Script::json("quokka").status(403),
        Some("instance/service-accounts/default/token") => Script::json(
            &json!({"access_token": TOKEN, "expires_in": 3599, "token_type": "Bearer"}).to_string(),
        ),
        Some("instance/region") => Script::json(&format!("projects/{NUMBER}/regions/{REGION}")),
        Some("project/project-id") => Script::json(PROJECT),
        Some("project/numeric-project-id") => Script::json(NUMBER),
        Some(_) | None => Script::json("quokka").status(404),
    };
    told.header("metadata-flavor", "Google")
}
