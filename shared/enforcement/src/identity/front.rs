//! A platform before us that asks every caller for a token of its own, and hands the call on with it.
//!
//! The token stands in a header of the platform's, where the caller shows us or the vendor something else in the usual
//! ones, or else in `Authorization`. It is checked here once more: issuer, audience, time and signature.
//!
//! A platform may take the signature out of the token that it has checked, so that nobody can use it again. Such a token
//! proves nothing by itself: whoever can reach us past the platform could write it. It is believed only where the
//! settings say that the platform checks each call ([`Front::checked`]), and only in the header that the platform has
//! looked at.

use std::collections::BTreeMap;
use std::fmt;

use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderName};
use policy::Identity;
use serde_json::Value;

use super::jwt::{self, JwtIssuer};
use super::{IdentityError, bearer};

/// Makes an identity of the claims of a token that holds; nothing where they name nobody.
pub type ReadClaims = fn(BTreeMap<String, Value>) -> Option<Identity>;

/// What a platform before us asks callers for.
pub struct Front {
    /// The header of the platform's own.
    pub header: HeaderName,
    /// Whose tokens it takes.
    pub issuers: Vec<JwtIssuer>,
    /// Reads who calls out of a token.
    pub identity: ReadClaims,
    /// What the platform puts in place of a signature that it has checked. Nothing where it does not check each call.
    pub checked: Option<&'static str>,
}

impl fmt::Debug for Front {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Front").field("header", &self.header).finish_non_exhaustive()
    }
}

impl Front {
    /// Who shows a token in the platform's own header; nothing where that is not there.
    pub(super) async fn own_header(
        &self,
        headers: &HeaderMap,
        now_ms: u64,
    ) -> Option<Result<Identity, IdentityError>> {
        let mut values = headers.get_all(&self.header).iter();
        let first = values.next()?;
        // Of two, nobody knows which one the platform has looked at.
        if values.next().is_some() {
            return Some(Err(IdentityError::Ambiguous));
        }
        let token = first.to_str().map_err(|_| IdentityError::Wrong).and_then(bearer);
        Some(match token {
            Ok(token) => self.verify(token, true, now_ms).await,
            Err(fault) => Err(fault),
        })
    }

    /// Who shows this token in the usual headers, where it is the platform's; nothing where it is somebody else's.
    pub(super) async fn usual_header(
        &self,
        headers: &HeaderMap,
        token: &str,
        now_ms: u64,
    ) -> Option<Result<Identity, IdentityError>> {
        let issuer = jwt::named_issuer(token).ok()?;
        self.issuers.iter().any(|own| own.issuer == issuer).then_some(())?;
        let looked_at = headers.contains_key(AUTHORIZATION) && !headers.contains_key(&self.header);
        Some(self.verify(token, looked_at, now_ms).await)
    }

    /// `looked_at` says whether the platform has checked it, where it checks.
    async fn verify(&self, token: &str, looked_at: bool, now_ms: u64) -> Result<Identity, IdentityError> {
        let signature = token.rsplit('.').next().unwrap_or_default();
        let claims = if looked_at && self.checked.is_some_and(|mark| mark == signature) {
            jwt::claims_checked_elsewhere(&self.issuers, token, now_ms)?
        } else {
            jwt::claims(&self.issuers, token, now_ms).await?.1
        };
        (self.identity)(claims).ok_or(IdentityError::Wrong)
    }
}
