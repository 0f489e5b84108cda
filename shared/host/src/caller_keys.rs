//! Callers' keys in secrets, in the form that the rotation of them keeps: how the gate reads what the rotation writes.

use std::sync::Arc;

use enforcement::{ApiKey, KeyInSecret, SecretKeys};
use secrets::{Secret, SecretCache};

/// The keys in the secrets of these names.
pub fn in_secrets(names: impl IntoIterator<Item = String>, cache: &Arc<SecretCache>) -> Vec<SecretKeys> {
    names.into_iter().map(|name| SecretKeys::new(name, Arc::clone(cache), read)).collect()
}

fn read(secret: &str, value: &Secret) -> Result<Vec<KeyInSecret>, String> {
    let rows = rotation::caller_keys(secret, value).map_err(|fault| fault.to_string())?;
    let rows = rows.into_iter().map(|row| KeyInSecret {
        key: ApiKey { id: row.id, sha256: row.sha256, groups: row.groups },
        not_after: row.not_after,
    });
    Ok(rows.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_what_the_rotation_keeps_and_a_fault_does_not_repeat_the_value() {
        let hash = "ab".repeat(32);
        let key = "sp_0123456789abcdef0123456789abcdef";
        let value = format!(
            r#"{{"keys": [{{"id": "ada", "key": "{key}", "groups": ["batch"]}}, {{"id": "ada", "sha256": "{hash}", "not_after": 7}}]}}"#
        );
        let rows = read("callers", &Secret::new(value)).unwrap();
        let told = rows.iter().map(|row| (row.key.id.as_str(), row.key.groups.len(), row.not_after));
        let told: Vec<_> = told.collect();
        assert_eq!(told, [("ada", 1, None), ("ada", 0, Some(7))]);
        assert_eq!(rows[1].key.sha256, [0xab; 32]);
        let fault = read("callers", &Secret::new("quokka".to_owned())).unwrap_err();
        assert!(fault.contains("`callers`") && !fault.contains("quokka"), "{fault}");
    }
}
