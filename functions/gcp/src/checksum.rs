//! CRC-32C (Castagnoli), which Secret Manager tells of every value and checks every value by that it takes.

/// The checksum, as the service counts it.
#[must_use]
pub fn crc32c(bytes: &[u8]) -> i64 {
    /// The polynomial, its bits in reverse.
    const POLYNOMIAL: u32 = 0x82f6_3b78;
    let bit = |crc: u32| (crc >> 1) ^ (POLYNOMIAL & (crc & 1).wrapping_neg());
    let step = |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), |crc, _| bit(crc));
    i64::from(!bytes.iter().fold(u32::MAX, step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_of_the_standard() {
        // RFC 3720, B.4, and the check value that catalogues of checksums have.
        let rows: [(&[u8], i64); 4] =
            [(b"", 0), (b"123456789", 0xe306_9283), (&[0; 32], 0x8a91_36aa), (&[0xff; 32], 0x62a8_ab43)];
        for (bytes, expected) in rows {
            assert_eq!(crc32c(bytes), expected, "{bytes:?}");
        }
    }
}
