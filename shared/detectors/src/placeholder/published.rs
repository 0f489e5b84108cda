//! Keys and passwords that a vendor publishes itself, in its documentation, with its emulator or in the tests of its
//! open source: of the right form, and no secret of anybody's. Kept as digests, so that no key stands here.
//!
//! To add one, see for yourself where its vendor publishes it, note that place, and add its length and the first 16
//! digits of `printf %s KEY | sha256sum`. What only others call harmless does not enter.

use sha2::{Digest as _, Sha256};

/// Length in bytes, and the beginning of the SHA-256.
type Published = (usize, u64);

const PUBLISHED: &[Published] = &[
    // Microsoft, NuGet documentation, reference of `nuget.config`, "packageSourceCredentials".
    (11, 0xdba7_2c00_f41f_4e4c),
    (14, 0xa070_2bc9_1d69_9f60),
    // Google, Firebase: precondition checks of the installations library, valid formats of a key.
    (39, 0x27a9_a429_31df_f7eb),
    (39, 0x49f7_77db_995e_8260),
    (39, 0x8731_261c_b72d_8626),
    (39, 0x37f8_f09b_df12_c2f2),
    (39, 0xeb54_0d2b_6ee2_a0a4),
    (39, 0x2037_abca_ffb2_b777),
    // Google, firebase-android-sdk, firebase-common: FirebaseAppTest, FirebaseOptionsTest.
    (39, 0xa19f_89ab_3555_eac1),
    // Google, firebase-android-sdk, firebase-storage: TestUtil; IntegrationTest.
    (39, 0x3f37_0c9d_d822_5c63),
    (39, 0xe4a5_542b_b7fd_7b67),
    // Google, firebase-android-sdk, firebase-perf: FirebasePerformanceTest.
    (39, 0xea9b_b108_2cf9_5663),
    // Google, firebase-android-sdk, firebase-messaging: the tests of project `ghmessagingapitests`.
    (39, 0xdc0f_cf04_6c61_640c),
    (39, 0x4c98_242d_cadc_8b29),
    // Microsoft, Azurite, README, "Default Storage Account".
    (88, 0x0011_cc25_eb43_2071),
    // Microsoft, documentation of the Cosmos DB emulator, its well-known key.
    (88, 0xaa65_4743_9583_c3a2),
];

/// Whether a value is known to be published by its vendor; with the name of a setting before it or without.
pub(super) fn is_published(value: &str) -> bool {
    let value = value.strip_prefix("AccountKey=").unwrap_or(value);
    let mut long_enough = PUBLISHED.iter().filter(|(length, _)| *length == value.len()).peekable();
    if long_enough.peek().is_none() {
        return false;
    }
    let beginning = digest(value);
    long_enough.any(|(_, known)| *known == beginning)
}

fn digest(value: &str) -> u64 {
    let beginning = Sha256::digest(value.as_bytes()).first_chunk().copied();
    u64::from_be_bytes(beginning.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_password_is_known_and_one_that_is_like_it_is_not() {
        assert!(is_published("33f!!lloppa"));
        assert!(!is_published("33f!!lloppb"));
        assert!(!is_published("33f!!lloppa1"));
    }

    #[test]
    fn digests_are_of_sha_256() {
        assert_eq!(digest("abc"), 0xba78_16bf_8f01_cfea);
    }
}
