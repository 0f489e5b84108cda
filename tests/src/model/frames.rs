//! Messages of `application/vnd.amazon.eventstream`: the length of all, the length of the headers, a checksum of the
//! two, headers, payload, and a checksum of everything before. Numbers are big endian.

/// The value of a header that is a string.
const STRING: u8 = 7;

/// A message with headers that are strings.
///
/// # Panics
/// When it is too long for its lengths.
pub(crate) fn frame(headers: &[(&str, &str)], payload: &[u8]) -> Vec<u8> {
    let mut head = Vec::new();
    for (name, value) in headers {
        head.push(u8::try_from(name.len()).expect("a header's name is short"));
        head.extend(name.as_bytes());
        head.push(STRING);
        head.extend(u16::try_from(value.len()).expect("a header's value is short").to_be_bytes());
        head.extend(value.as_bytes());
    }
    let length = |bytes: usize| u32::try_from(bytes).expect("a message is short").to_be_bytes();
    let mut frame = [length(head.len() + payload.len() + 16), length(head.len())].concat();
    frame.extend(checksum(&frame).to_be_bytes());
    frame.extend([&head[..], payload].concat());
    frame.extend(checksum(&frame).to_be_bytes());
    frame
}

/// CRC-32 as of gzip.
pub(crate) fn checksum(bytes: &[u8]) -> u32 {
    let bit = |sum: u32| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg());
    !bytes.iter().fold(!0, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| bit(sum)))
}
