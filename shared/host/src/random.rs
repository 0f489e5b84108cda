//! The system's random bytes.

use rotation::{Random, RotationError};

use crate::HostError;

/// The system's random bytes, for what rotation makes of them.
#[derive(Debug)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RotationError> {
        getrandom::fill(bytes).map_err(|error| RotationError::Randomness { reason: error.to_string() })
    }
}

/// So many random bytes.
///
/// # Errors
/// When the system gives none.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], HostError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| HostError::System {
        what: "the system gives no random bytes",
        reason: std::io::Error::other(error),
    })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_bytes_are_never_the_same() {
        let (mut one, mut other) = ([0; 32], [0; 32]);
        SystemRandom.fill(&mut one).unwrap();
        SystemRandom.fill(&mut other).unwrap();
        assert_ne!(one, other);
        assert_ne!(random_bytes::<32>().unwrap(), random_bytes::<32>().unwrap());
    }
}
