//! What a login is bound to, so that a password proven to one server is worth nothing at another: the hash of the
//! server's certificate, by the hash that its own signature uses (RFC 5929, `tls-server-end-point`). Of the certificate
//! only the name of that algorithm is read.

use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// DER: a sequence, and the name of something.
const SEQUENCE: u8 = 0x30;
const NAME: u8 = 0x06;

/// A hash of a whole text.
type Hash = fn(&[u8]) -> Vec<u8>;

/// Algorithms by their names in DER, with their hashes. Signatures that have no one hash of their own, as Ed25519, bind
/// to nothing.
const ALGORITHMS: [(&[u8], Hash); 6] = [
    // RSA: 1.2.840.113549.1.1.11, 12 and 13.
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b], sha256),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c], sha384),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d], sha512),
    // ECDSA: 1.2.840.10045.4.3.2, 3 and 4.
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02], sha256),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03], sha384),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04], sha512),
];

/// What a login is bound to; `None` where the signature of the certificate (DER) is of no kind that says so.
pub(super) fn end_point(certificate: &[u8]) -> Option<Vec<u8>> {
    let signed_by = signature_algorithm(certificate)?;
    let (_, hash) = ALGORITHMS.iter().find(|(name, _)| *name == signed_by)?;
    Some(hash(certificate))
}

/// A certificate is a sequence of what is signed, the algorithm (a sequence that begins with its name), and the
/// signature.
fn signature_algorithm(certificate: &[u8]) -> Option<&[u8]> {
    let (whole, _) = element(SEQUENCE, certificate)?;
    let (_signed, rest) = element(SEQUENCE, whole)?;
    let (algorithm, _) = element(SEQUENCE, rest)?;
    Some(element(NAME, algorithm)?.0)
}

/// The content of the element that stands first, and what follows it.
fn element(kind: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[found, length], rest) = der.split_first_chunk()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        0x81..=0x83 => {
            let (digits, rest) = rest.split_at_checked(usize::from(length - 0x80))?;
            (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length).filter(|_| found == kind)
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

fn sha384(bytes: &[u8]) -> Vec<u8> {
    Sha384::digest(bytes).to_vec()
}

fn sha512(bytes: &[u8]) -> Vec<u8> {
    Sha512::digest(bytes).to_vec()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn made(kind: u8, content: &[u8]) -> Vec<u8> {
        let length = u8::try_from(content.len()).unwrap();
        let digits = if length < 0x80 { vec![length] } else { vec![0x81, length] };
        [vec![kind], digits, content.to_vec()].concat()
    }

    /// As large a part is signed as is said.
    fn certificate(algorithm: &[u8], signed: usize) -> Vec<u8> {
        let algorithm = made(SEQUENCE, &[made(NAME, algorithm), vec![5, 0]].concat());
        let parts = [made(SEQUENCE, &vec![0; signed]), algorithm, vec![3, 1, 0]];
        made(SEQUENCE, &parts.concat())
    }

    #[test]
    fn the_hash_is_that_of_the_signature() {
        for (size, (name, _)) in [32, 48, 64, 32, 48, 64].into_iter().zip(ALGORITHMS) {
            for signed in [3, 100, 200] {
                let certificate = certificate(name, signed);
                assert_eq!(end_point(&certificate).map(|hash| hash.len()), Some(size), "{name:?}");
            }
        }
        let ed25519 = certificate(&[0x2b, 0x65, 0x70], 3);
        assert_eq!(end_point(&ed25519), None);
    }

    #[test]
    fn what_is_cut_or_of_another_kind_binds_nothing() {
        let whole = certificate(ALGORITHMS[0].0, 200);
        for end in 0..whole.len() {
            assert_eq!(end_point(&whole[..end]), None, "{end}");
        }
        assert_eq!(end_point(&made(SEQUENCE, &made(NAME, &[1]))), None);
    }

    proptest! {
        #[test]
        fn anything_may_come(bytes in proptest::collection::vec(any::<u8>(), 0..300), place in 0_usize..200) {
            end_point(&bytes);
            let mut harmed = certificate(ALGORITHMS[0].0, 200);
            harmed.splice(place..place, bytes);
            end_point(&harmed);
        }
    }
}
