//! SCRAM-SHA-256 verifiers: what PostgreSQL keeps of a password. Made here, so that the password itself stands
//! in no statement, and so in no log of statements.
//!
//! Sources: RFC 5802, RFC 7677, and PostgreSQL's `pg_authid` for the form. Passwords are the ASCII texts that we
//! make ourselves, for which the normalisation that SCRAM asks for changes nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrets::Secret;
use sha2::{Digest as _, Sha256};

/// What PostgreSQL itself uses. Our passwords have 256 random bits, so more would protect nothing.
pub(super) const ITERATIONS: u32 = 4096;

/// The block of SHA-256, in bytes.
const BLOCK: usize = 64;

/// The text that PostgreSQL takes in the place of a password.
pub(crate) fn verifier(password: &str, salt: &[u8], iterations: u32) -> Secret {
    let salted = salted(password.as_bytes(), salt, iterations);
    let stored: [u8; 32] = Sha256::digest(hmac(&salted, &[b"Client Key"])).into();
    let server = hmac(&salted, &[b"Server Key"]);
    let [salt, stored, server] = [salt, &stored, &server].map(|bytes| STANDARD.encode(bytes));
    Secret::new(format!("SCRAM-SHA-256${iterations}:{salt}${stored}:{server}"))
}

/// PBKDF2 with HMAC-SHA-256, for one block.
fn salted(password: &[u8], salt: &[u8], iterations: u32) -> [u8; 32] {
    let mut round = hmac(password, &[salt, &1_u32.to_be_bytes()]);
    let mut sum = round;
    for _ in 1..iterations {
        round = hmac(password, &[&round]);
        for (byte, other) in sum.iter_mut().zip(round) {
            *byte ^= other;
        }
    }
    sum
}

/// HMAC-SHA-256 of the parts, one after the other.
fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let hashed: [u8; 32];
    let key = if key.len() > BLOCK {
        hashed = Sha256::digest(key).into();
        &hashed
    } else {
        key
    };
    let mut inner = Sha256::new_with_prefix(pad(key, 0x36));
    parts.iter().for_each(|part| inner.update(part));
    let outer = Sha256::new_with_prefix(pad(key, 0x5c));
    outer.chain_update(inner.finalize()).finalize().into()
}

fn pad(key: &[u8], with: u8) -> [u8; BLOCK] {
    let mut block = [with; BLOCK];
    for (byte, key) in block.iter_mut().zip(key) {
        *byte ^= key;
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Test cases 1, 2 and 6 of RFC 4231.
    #[test]
    fn hmac_is_as_its_standard_says() {
        let rows: [(&[u8], &[u8], &str); 3] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ];
        for (key, text, expected) in rows {
            assert_eq!(hex(&hmac(key, &[text])), expected);
        }
    }

    /// The exchange of RFC 7677, section 3: the keys of the verifier give the proof and the signature there.
    #[test]
    fn the_verifier_is_the_one_of_the_standard_exchange() {
        let salt = STANDARD.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
        let verifier = verifier("pencil", &salt, 4096);
        let keys = verifier.expose().strip_prefix("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$").unwrap();
        let (stored, server) = keys.split_once(':').unwrap();
        let server_nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        let said = format!(
            "n=user,r=rOprNGfwEbeRWgbNEkqO,r={server_nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r={server_nonce}"
        );
        let signature = hmac(&STANDARD.decode(server).unwrap(), &[said.as_bytes()]);
        assert_eq!(STANDARD.encode(signature), "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
        let proof = STANDARD.decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=").unwrap();
        let mask = hmac(&STANDARD.decode(stored).unwrap(), &[said.as_bytes()]);
        let client_key: Vec<u8> = proof.iter().zip(mask).map(|(byte, other)| byte ^ other).collect();
        assert_eq!(STANDARD.encode(Sha256::digest(&client_key)), stored);
    }
}
