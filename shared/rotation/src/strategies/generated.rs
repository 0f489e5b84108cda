//! Random texts for new credentials.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrets::Secret;

use crate::error::RotationError;
use crate::services::Random;

/// A text of 256 random bits: 43 letters, digits, `-` and `_`, behind `start`.
pub(super) fn secret(random: &dyn Random, start: &str) -> Result<Secret, RotationError> {
    let mut bytes = [0_u8; 32];
    random.fill(&mut bytes)?;
    let text = Secret::new(URL_SAFE_NO_PAD.encode(bytes));
    Ok(Secret::new(format!("{start}{}", text.expose())))
}
