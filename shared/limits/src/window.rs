//! Which window a moment lies in. Windows are aligned to the Unix epoch, so every instance and every store
//! finds the same ones without talking to the others.

use policy::{Limit, Period};
use time::{Date, Month, OffsetDateTime};

const MS_PER_SECOND: u64 = 1_000;
const MS_PER_MINUTE: u64 = 60 * MS_PER_SECOND;
const MS_PER_HOUR: u64 = 60 * MS_PER_MINUTE;
const MS_PER_DAY: u64 = 24 * MS_PER_HOUR;

/// One window of a limit, in Unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first millisecond.
    pub start_ms: u64,
    /// The first millisecond of the next window.
    pub end_ms: u64,
}

impl Window {
    /// The window of a limit that holds this moment. Seconds, minutes, hours and days are counted from the
    /// epoch; months are calendar months in UTC, counted from January of the year 0.
    #[must_use]
    pub fn containing(limit: &Limit, now_ms: u64) -> Self {
        match fixed_period_ms(limit.period) {
            Some(period_ms) => Self::fixed(period_ms.saturating_mul(periods(limit)), now_ms),
            None => Self::months(periods(limit), now_ms),
        }
    }

    /// In how many milliseconds a whole window's worth of units comes back to a bucket. For months 28 days
    /// each, so that no month is too short to use its count; the count itself holds in every month.
    pub(crate) fn refill_ms(limit: &Limit) -> u64 {
        fixed_period_ms(limit.period).unwrap_or(28 * MS_PER_DAY).saturating_mul(periods(limit))
    }

    fn fixed(length_ms: u64, now_ms: u64) -> Self {
        let start_ms = now_ms.saturating_sub(now_ms.checked_rem(length_ms).unwrap_or(0));
        Self { start_ms, end_ms: start_ms.saturating_add(length_ms) }
    }

    fn months(months: u64, now_ms: u64) -> Self {
        let index = month_index(now_ms);
        let first = index.saturating_sub(index.checked_rem(months).unwrap_or(0));
        let end_ms = month_start_ms(first.saturating_add(months)).unwrap_or(u64::MAX);
        Self { start_ms: month_start_ms(first).unwrap_or(0), end_ms }
    }
}

/// A limit over no periods would have no windows; the policy's loader admits none.
fn periods(limit: &Limit) -> u64 {
    u64::from(limit.periods.max(1))
}

fn fixed_period_ms(period: Period) -> Option<u64> {
    match period {
        Period::Second => Some(MS_PER_SECOND),
        Period::Minute => Some(MS_PER_MINUTE),
        Period::Hour => Some(MS_PER_HOUR),
        Period::Day => Some(MS_PER_DAY),
        Period::Month => None,
    }
}

/// Months since January of the year 0. The calendar ends with the year 9999, in a month without an end.
fn month_index(now_ms: u64) -> u64 {
    let seconds = i64::try_from(now_ms / MS_PER_SECOND).unwrap_or(i64::MAX);
    let date = OffsetDateTime::from_unix_timestamp(seconds).map_or(Date::MAX, OffsetDateTime::date);
    let year = u64::try_from(date.year()).unwrap_or(0);
    year * 12 + u64::from(u8::from(date.month())) - 1
}

/// `None` after the end of the calendar. What lies before the epoch starts with it.
fn month_start_ms(index: u64) -> Option<u64> {
    let year = i32::try_from(index / 12).ok()?;
    let month = Month::try_from(u8::try_from(index % 12 + 1).ok()?).ok()?;
    let start = Date::from_calendar_date(year, month, 1).ok()?.midnight().assume_utc();
    Some(u64::try_from(start.unix_timestamp()).unwrap_or(0) * MS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use policy::LimitUnit;
    use time::format_description::well_known::Rfc3339;

    use super::*;

    fn limit(periods: u32, period: Period) -> Limit {
        Limit { count: 10, unit: LimitUnit::Requests, periods, period, burst: 10 }
    }

    fn ms(text: &str) -> u64 {
        let moment = OffsetDateTime::parse(text, &Rfc3339).unwrap();
        u64::try_from(moment.unix_timestamp_nanos() / 1_000_000).unwrap()
    }

    #[test]
    fn windows_are_aligned_to_the_epoch_and_months_to_the_calendar() {
        let rows = [
            (1, Period::Second, "2026-03-01T10:20:30.999Z", "2026-03-01T10:20:30Z", "2026-03-01T10:20:31Z"),
            (10, Period::Second, "2026-03-01T10:20:30Z", "2026-03-01T10:20:30Z", "2026-03-01T10:20:40Z"),
            (1, Period::Minute, "2026-03-01T10:20:59.999Z", "2026-03-01T10:20:00Z", "2026-03-01T10:21:00Z"),
            (15, Period::Minute, "2026-03-01T10:20:00Z", "2026-03-01T10:15:00Z", "2026-03-01T10:30:00Z"),
            (1, Period::Hour, "2026-03-01T10:20:00Z", "2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z"),
            (1, Period::Day, "2026-03-01T23:59:59.999Z", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"),
            // 1 January 1970 was a Thursday, and so a window of seven days begins on one.
            (7, Period::Day, "2026-03-01T00:00:00Z", "2026-02-26T00:00:00Z", "2026-03-05T00:00:00Z"),
            (1, Period::Month, "2026-02-28T23:59:59.999Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"),
            (1, Period::Month, "2024-02-29T12:00:00Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"),
            (1, Period::Month, "2026-12-31T23:59:59Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            (3, Period::Month, "2026-05-15T00:00:00Z", "2026-04-01T00:00:00Z", "2026-07-01T00:00:00Z"),
            (12, Period::Month, "2026-05-15T00:00:00Z", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ];
        for (periods, period, now, start, end) in rows {
            let window = Window::containing(&limit(periods, period), ms(now));
            let expected = Window { start_ms: ms(start), end_ms: ms(end) };
            assert_eq!(window, expected, "{periods} {period:?} at {now}");
        }
    }

    #[test]
    fn no_moment_and_no_length_is_too_large() {
        let all = [Period::Second, Period::Minute, Period::Hour, Period::Day, Period::Month];
        for period in all {
            for periods in [0, 1, u32::MAX] {
                for now in [0, 1, ms("9999-12-31T23:59:59.999Z"), u64::MAX - 1, u64::MAX] {
                    let window = Window::containing(&limit(periods, period), now);
                    assert!(window.start_ms <= now, "{periods} {period:?} at {now}");
                    assert!(
                        window.end_ms > now || window.end_ms == u64::MAX,
                        "{periods} {period:?} at {now}"
                    );
                }
            }
        }
    }
}
