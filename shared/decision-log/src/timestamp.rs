//! A moment as records write it.

use std::fmt;

use serde::{Serialize, Serializer};
use time::{OffsetDateTime, PrimitiveDateTime};

/// A moment in Unix milliseconds, written in RFC 3339, in UTC, always with three digits of a second:
/// `2026-03-01T10:20:30.000Z`. What lies after the year 9999 is written as its last millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The moment so many milliseconds after 1 January 1970, 00:00 UTC.
    #[must_use]
    pub const fn from_unix_ms(unix_ms: u64) -> Self {
        Self(unix_ms)
    }

    /// Milliseconds since 1 January 1970, 00:00 UTC.
    #[must_use]
    pub const fn as_unix_ms(self) -> u64 {
        self.0
    }

    fn date_time(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .unwrap_or(PrimitiveDateTime::MAX.assume_utc())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.date_time();
        let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
        let (hour, minute, second, ms) = (at.hour(), at.minute(), at.second(), at.millisecond());
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_utc_with_milliseconds() {
        let rows = [
            (0, "1970-01-01T00:00:00.000Z"),
            (1, "1970-01-01T00:00:00.001Z"),
            (1_709_210_096_789, "2024-02-29T12:34:56.789Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (u64::MAX, "9999-12-31T23:59:59.999Z"),
        ];
        for (ms, expected) in rows {
            assert_eq!(Timestamp::from_unix_ms(ms).to_string(), expected);
        }
    }
}
