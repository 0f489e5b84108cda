//! The endpoint at which the platform gives tokens of a function's managed identity.
//!
//! Contract: Azure, "How to use managed identities for App Service and Azure Functions".

use serde_json::json;

use super::issuer::unsigned;
use crate::upstream::{Arrived, Script, Upstream};

/// What the platform tells the function, and the function shows.
const PROOF: &str = "proof-of-the-function";

/// What tokens for storage accounts are for.
const STORAGE: &str = "https://storage.azure.com";
/// When tokens end, in Unix seconds.
const END: u64 = 4_102_444_800;

/// The endpoint.
#[derive(Clone, Debug)]
pub struct Identities(Upstream);

impl Identities {
    /// Starts it.
    #[must_use]
    pub fn start() -> Self {
        Self(Upstream::start(Script::computed(answer)))
    }

    /// What the platform sets for a function.
    #[must_use]
    pub fn variables(&self) -> [(String, String); 2] {
        [
            ("IDENTITY_ENDPOINT".to_owned(), format!("{}/msi/token", self.0.url())),
            ("IDENTITY_HEADER".to_owned(), PROOF.to_owned()),
        ]
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

/// The token that it gives for a resource. One for storage has the form of Entra's, for the emulator reads it; nobody
/// checks its signature.
#[must_use]
pub fn token_for(resource: &str) -> String {
    if resource != STORAGE {
        return format!("token-for-{resource}");
    }
    let claims =
        json!({"iss": "https://sts.windows.net/t/", "aud": resource, "iat": 1, "nbf": 1, "exp": END});
    format!("{}.quokka", unsigned("RS256", &claims))
}

fn answer(arrived: &Arrived) -> Script {
    let target = arrived.line.split(' ').nth(1).unwrap_or_default();
    let query = target.strip_prefix("/msi/token?").unwrap_or_default();
    let member = |name: &str| {
        let of_name = |pair: &str| {
            pair.split_once('=').filter(|(own, _)| *own == name).map(|(_, value)| value.to_owned())
        };
        query.split('&').find_map(of_name).map(|value| value.replace("%3A", ":").replace("%2F", "/"))
    };
    let version = member("api-version");
    match member("resource") {
        Some(resource)
            if arrived.values("x-identity-header") == [PROOF] && version.as_deref() == Some("2019-08-01") =>
        {
            // The time of its end is a text.
            let token = json!({
                "access_token": token_for(&resource), "expires_on": END.to_string(), "resource": resource,
                "token_type": "Bearer", "client_id": member("client_id"),
            });
            Script::json(&token.to_string())
        }
        _ => Script::json(r#"{"error":{"code":"400","message":"quokka"}}"#).status(400),
    }
}
