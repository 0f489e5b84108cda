//! A secret as it stands, and what its aliases and annotations say of its versions. Pure: nothing is asked here.

use google_cloud_secretmanager_v1::model::secret_version::State;
use google_cloud_secretmanager_v1::model::{Secret as SecretResource, SecretVersion};

use super::calls::number_of;
use super::renewal_of;
use crate::rotation_event::millis;

/// The alias of the version in use.
pub const CURRENT: &str = "current";
/// The alias of the version before.
pub const PREVIOUS: &str = "previous";
/// The alias of the version that is being made.
pub const PENDING: &str = "pending";
/// The annotation that says that a version is being made: `C after N`, the current one and the newest one before it.
pub const MAKING: &str = "sallyport-making";
/// The annotation that says since when the current version is current: `C since T`, in Unix milliseconds.
pub const SINCE: &str = "sallyport-current";

/// A secret with its versions, in the order of their numbers.
pub(super) struct Scene {
    pub(super) secret: SecretResource,
    pub(super) versions: Vec<SecretVersion>,
}

/// The number that an alias leads to.
pub(super) fn alias(secret: &SecretResource, name: &str) -> Option<u64> {
    secret.version_aliases.get(name).and_then(|number| u64::try_from(*number).ok())
}

pub(super) fn set_alias(secret: &mut SecretResource, name: &str, number: u64) {
    secret.version_aliases.insert(name.to_owned(), i64::try_from(number).unwrap_or(i64::MAX));
}

/// Two numbers with a word between them.
pub(super) fn pair(secret: &SecretResource, name: &str, word: &str) -> Option<(u64, u64)> {
    let (one, other) = secret.annotations.get(name)?.split_once(word)?;
    Some((one.trim().parse().ok()?, other.trim().parse().ok()?))
}

/// The version before the current one, whatever its state.
pub(super) fn before(secret: &SecretResource, current: u64) -> Option<u64> {
    alias(secret, PREVIOUS).filter(|number| *number != current)
}

/// Whether the version that is current is called this.
pub(super) fn is_called(secret: &SecretResource, current: u64, name: &str) -> bool {
    let renewed = before(secret, current).is_some_and(|before| renewal_of(before) == name);
    name == current.to_string() || renewed
}

impl Scene {
    pub(super) fn new(secret: SecretResource, mut versions: Vec<SecretVersion>) -> Self {
        versions.sort_by_key(number_of);
        Self { secret, versions }
    }

    pub(super) fn version(&self, number: u64) -> Option<&SecretVersion> {
        self.versions.iter().find(|version| number_of(version) == number)
    }

    pub(super) fn enabled(&self) -> impl DoubleEndedIterator<Item = &SecretVersion> {
        self.versions.iter().filter(|version| version.state == State::Enabled)
    }

    fn is_enabled(&self, number: u64) -> bool {
        self.version(number).is_some_and(|version| version.state == State::Enabled)
    }

    /// The version in use.
    pub(super) fn current(&self) -> Option<u64> {
        match alias(&self.secret, CURRENT) {
            Some(number) => Some(number).filter(|number| self.is_enabled(*number)),
            None => self.enabled().next_back().map(number_of),
        }
    }

    /// The version that is being made from the current one.
    pub(super) fn pending(&self) -> Option<u64> {
        let (base, made) = self.made()?;
        Some(made).filter(|_| self.current() == Some(base))
    }

    /// A version that was being made from one that is not the current one any more.
    pub(super) fn leftover(&self) -> Option<u64> {
        let (base, made) = self.made()?;
        Some(made).filter(|_| self.current() != Some(base))
    }

    /// A version that is not current yet, behind the one that it is made from: under its alias, or without one where the
    /// run was stopped after it had added it.
    fn made(&self) -> Option<(u64, u64)> {
        let (base, newest) = pair(&self.secret, MAKING, " after ")?;
        let fits = |number: &u64| *number > newest && Some(*number) != self.current();
        let made = match alias(&self.secret, PENDING).filter(fits) {
            Some(number) => Some(number).filter(|number| self.is_enabled(*number)),
            None => self.enabled().map(number_of).find(fits),
        };
        Some((base, made?))
    }

    /// The version before the current one, while it can be read.
    pub(super) fn previous(&self) -> Option<u64> {
        before(&self.secret, self.current()?).filter(|number| self.is_enabled(*number))
    }

    /// The number of the newest version, whatever its state; 0 where there is none.
    pub(super) fn newest(&self) -> u64 {
        self.versions.last().map(number_of).unwrap_or_default()
    }

    /// Since when a version is current, in Unix milliseconds: since it was made, where nothing is known.
    pub(super) fn since_ms(&self, current: u64) -> u64 {
        match pair(&self.secret, SINCE, " since ") {
            Some((number, since)) if number == current => since,
            Some(_) | None => self.created_ms(current),
        }
    }

    pub(super) fn created_ms(&self, number: u64) -> u64 {
        self.version(number).and_then(|version| version.create_time).map(millis).unwrap_or_default()
    }

    /// Whether the current version was made by a rotation, and not put in by hand.
    pub(super) fn is_renewed(&self, current: u64) -> bool {
        pair(&self.secret, SINCE, " since ").is_some_and(|(number, _)| number == current)
    }
}
