//! The keys that we give to callers. The gate looks them up by their SHA-256; a caller reads its own from the
//! secret. One secret for each caller, so that none reads another's.
//!
//! ```json
//! {"keys": [
//!   {"id": "night-batch", "key": "sp_…", "groups": ["batch"]},
//!   {"id": "night-batch", "sha256": "9f86…", "groups": ["batch"], "not_after": 1790000000}
//! ]}
//! ```
//!
//! - `id`: what decision records call the holder. `groups`: its groups; may be left out.
//! - `key`: the key itself; such a row is renewed. It becomes a row with the SHA-256 only, and `not_after`.
//! - `sha256`: the SHA-256 of a key that is kept elsewhere, 64 hexadecimal digits. Without `not_after` it is
//!   left alone.
//! - `not_after`: until when the key is good, in Unix seconds. Rows that are past it are dropped.
//!
//! The overlap stands in the value, so the gate needs the current value only: [`caller_keys`] reads it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::future::ready;

use secrets::{BoxFuture, Secret};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::generated;
use crate::document::Document;
use crate::error::RotationError;
use crate::services::Random;
use crate::store::VersionStage;
use crate::strategy::{Held, Staged, Strategy, Work};

/// What our keys start with.
const START: &str = "sp_";

/// The fewest characters of a key: fewer are guessed from their SHA-256.
const SHORTEST_KEY: usize = 32;

/// One row, as the gate needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerKey {
    /// What decision records call the holder.
    pub id: String,
    /// The SHA-256 of the key.
    pub sha256: [u8; 32],
    /// The holder's groups.
    pub groups: Vec<String>,
    /// Until when it is good, in Unix seconds.
    pub not_after: Option<u64>,
}

/// Reads the value of a secret that holds callers' keys: every row, also those that are past their end.
///
/// # Errors
/// [`RotationError::Invalid`], with the row that is wrong.
pub fn caller_keys(secret: &str, value: &Secret) -> Result<Vec<CallerKey>, RotationError> {
    let document = Document::open(secret, Staged::current(value))?;
    Ok(rows(&document)?.into_iter().map(|row| row.key).collect())
}

/// Renews the keys that stand in the secret.
#[derive(Debug)]
pub(super) struct CallerKeys;

impl Strategy for CallerKeys {
    fn id(&self) -> &'static str {
        "caller_keys"
    }

    fn create<'a>(&'a self, work: Work<'a>, held: Held<'a>) -> BoxFuture<'a, Result<Secret, RotationError>> {
        Box::pin(ready(next_value(work, held.current)))
    }

    fn set<'a>(&'a self, work: Work<'a>, held: Held<'a>) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(ready(held.made(work.secret).and_then(|made| check_form(work, made))))
    }

    fn test<'a>(&'a self, work: Work<'a>, tested: Staged<'a>) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(ready(check_form(work, tested)))
    }

    /// What is over drops out of the next value by itself. But a value that waited too long to become current
    /// would end the overlap too soon.
    fn finish<'a>(&'a self, work: Work<'a>, held: Held<'a>) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(ready(match held.pending {
            Some(pending) => check_overlap(work, held.current, pending),
            None => Ok(()),
        }))
    }
}

/// One row as it is, and what it says.
struct Row<'a> {
    members: &'a Map<String, Value>,
    key: CallerKey,
    /// Whether the key itself is there.
    renewed: bool,
}

fn next_value(work: Work<'_>, current: &Secret) -> Result<Secret, RotationError> {
    let mut document = Document::open(work.secret, Staged::current(current))?;
    let mut next = Vec::new();
    let rows = rows(&document)?;
    check_renewed(&document, &rows)?;
    for row in rows {
        if row.renewed {
            next.push(row.renew(work.tools.random.as_ref())?);
            next.push(row.retire(ends_at(work)));
        } else if row.key.not_after.is_none_or(|end| end > work.now_ms / 1000) {
            next.push(Value::Object(row.members.clone()));
        }
    }
    document.set("keys", Value::Array(next));
    document.close()
}

/// The end of the overlap, in Unix seconds.
fn ends_at(work: Work<'_>) -> u64 {
    work.now_ms.saturating_add(work.overlap_ms).div_ceil(1000)
}

/// That there is something to renew, and that every row can be read.
fn check_form(work: Work<'_>, staged: Staged<'_>) -> Result<(), RotationError> {
    let document = Document::open(work.secret, staged)?;
    check_renewed(&document, &rows(&document)?)
}

fn check_renewed(document: &Document, rows: &[Row<'_>]) -> Result<(), RotationError> {
    if rows.iter().any(|row| row.renewed) {
        return Ok(());
    }
    Err(document.invalid("no row of `keys` has a `key`, so there is nothing to renew"))
}

/// That every key of the current value stays good for half of the overlap at least.
fn check_overlap(work: Work<'_>, current: &Secret, pending: &Secret) -> Result<(), RotationError> {
    let current = Document::open(work.secret, Staged::current(current))?;
    let pending = Document::open(work.secret, Staged { stage: VersionStage::Pending, value: pending })?;
    let next = rows(&pending)?;
    for row in rows(&current)?.iter().filter(|row| row.renewed) {
        let Some(retired) = next.iter().find(|other| other.key.sha256 == row.key.sha256) else {
            return Err(RotationError::stale(
                work.secret,
                "it was not made from what is the current value now",
            ));
        };
        let good_for_ms = retired
            .key
            .not_after
            .map_or(u64::MAX, |end| end.saturating_mul(1000).saturating_sub(work.now_ms));
        if good_for_ms < work.overlap_ms / 2 {
            return Err(RotationError::stale(
                work.secret,
                "more than half of its overlap went by while it was pending",
            ));
        }
    }
    Ok(())
}

fn rows(document: &Document) -> Result<Vec<Row<'_>>, RotationError> {
    let list = document.list("/keys")?;
    let read =
        |(index, row)| read_row(row).map_err(|fault| document.invalid(format!("`keys[{index}]{fault}")));
    let rows = list.iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
    let mut seen = BTreeSet::new();
    if !rows.iter().all(|row| seen.insert(row.key.sha256)) {
        return Err(document.invalid("two rows of `keys` are the same key"));
    }
    Ok(rows)
}

/// The fault goes on where the name of the row ends.
fn read_row(row: &Value) -> Result<Row<'_>, &'static str> {
    let members = row.as_object().ok_or("` is not an object")?;
    let text = |name: &str| members.get(name).map(|value| value.as_str().unwrap_or_default());
    let id = text("id").filter(|id| !id.is_empty() && id.len() <= 256 && *id != "anonymous");
    let id = id.filter(|id| !id.chars().any(char::is_control));
    let id = id.ok_or(".id` is not a text of 1 to 256 characters other than `anonymous`")?.to_owned();
    let not_after =
        members.get("not_after").map(|end| end.as_u64().ok_or(".not_after` is not a whole number"));
    let not_after = not_after.transpose()?;
    let (sha256, renewed) = match (text("key"), text("sha256")) {
        (Some(_), Some(_)) => return Err("` has both `key` and `sha256`"),
        (Some(_), None) if not_after.is_some() => {
            return Err("` has a `key`, which is renewed, and `not_after`");
        }
        (Some(key), None) if key.len() < SHORTEST_KEY => return Err(".key` has fewer than 32 characters"),
        (Some(key), None) => (Sha256::digest(key.as_bytes()).into(), true),
        (None, Some(hash)) => (from_hex(hash).ok_or(".sha256` is not 64 hexadecimal digits")?, false),
        (None, None) => return Err("` has neither `key` nor `sha256`"),
    };
    let groups = groups(members.get("groups")).ok_or(".groups` is not a list of texts")?;
    Ok(Row { members, key: CallerKey { id, sha256, groups, not_after }, renewed })
}

fn groups(value: Option<&Value>) -> Option<Vec<String>> {
    let Some(value) = value else { return Some(Vec::new()) };
    value.as_array()?.iter().map(|group| group.as_str().map(str::to_owned)).collect()
}

impl Row<'_> {
    /// The row of the key that takes this one's place.
    fn renew(&self, random: &dyn Random) -> Result<Value, RotationError> {
        let key = generated::secret(random, START)?;
        let mut members = self.members_but_key();
        members.insert("key".to_owned(), Value::String(key.expose().to_owned()));
        Ok(Value::Object(members))
    }

    fn retire(&self, not_after: u64) -> Value {
        let mut members = self.members_but_key();
        members.insert("sha256".to_owned(), Value::String(to_hex(&self.key.sha256)));
        members.insert("not_after".to_owned(), not_after.into());
        Value::Object(members)
    }

    fn members_but_key(&self) -> Map<String, Value> {
        let kept = self.members.iter().filter(|(name, _)| *name != "key");
        kept.map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a text does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|sign| sign.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let (pairs, rest) = digits.as_deref()?.as_chunks::<2>();
    let bytes: Vec<u8> = pairs.iter().map(|[high, low]| high << 4 | low).collect();
    if rest.is_empty() { bytes.try_into().ok() } else { None }
}
