//! `limit`, `burst` and `per`: `<count> [requests | tokens | USD] per [<n>] second|minute|hour|day|month`.

use serde_json::{Value, json};

use crate::checked::RuleLimit;
use crate::fields::leaves::{Case, Count, LARGEST, words};
use crate::limit::{Limit, LimitScope, LimitUnit, Period};
use crate::read::{Field, Read, Scope, shorten};
use crate::yaml::Node;

/// The most periods in a window.
const MAX_PERIODS: u32 = 1000;

words!(
    LimitScope,
    Case::Exact,
    [
        ("identity", Self::Identity),
        ("global", Self::Global),
        ("model", Self::Model),
        ("ip", Self::Ip),
        ("tool", Self::Tool)
    ]
);

impl Read for Limit {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        let text = String::read(node, scope)?;
        parse(&text).map_err(|message| scope.fault(node.place, message)).ok()
    }

    fn schema(_: &[&str]) -> Value {
        let pattern =
            "^ *[0-9]+ +((requests?|tokens?) +)?per +([0-9]+ +)?(second|minute|hour|day|month)s? *$";
        json!({"type": "string", "pattern": pattern})
    }
}

fn parse(text: &str) -> Result<Limit, String> {
    let wrong = || {
        let shown = shorten(text);
        format!("`{shown}` is no limit: expected such as `10 per minute`, `200000 tokens per day`")
    };
    let mut words = text.split_whitespace().peekable();
    let mut next = || words.next().ok_or_else(wrong);
    let count = whole(next()?, LARGEST).ok_or_else(wrong)?;
    let mut word = next()?;
    let unit = match word {
        "USD" => return Err("limits in USD are not available yet: expected requests or tokens".to_owned()),
        "token" | "tokens" => Some(LimitUnit::Tokens),
        "request" | "requests" => Some(LimitUnit::Requests),
        _ => None,
    };
    if unit.is_some() {
        word = next()?;
    }
    if word != "per" {
        return Err(wrong());
    }
    word = next()?;
    let periods = whole(word, MAX_PERIODS.into()).and_then(|periods| u32::try_from(periods).ok());
    if periods.is_some() {
        word = next()?;
    }
    let period = period(word).ok_or_else(wrong)?;
    match words.next() {
        Some(_) => Err(wrong()),
        None => {
            let unit = unit.unwrap_or(LimitUnit::Requests);
            Ok(Limit { count, unit, periods: periods.unwrap_or(1), period, burst: count })
        }
    }
}

/// A number of plain digits from 1 to `most`.
fn whole(word: &str, most: u64) -> Option<u64> {
    let digits = Some(word).filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()))?;
    digits.parse().ok().filter(|number| (1..=most).contains(number))
}

fn period(word: &str) -> Option<Period> {
    Some(match word {
        "second" | "seconds" => Period::Second,
        "minute" | "minutes" => Period::Minute,
        "hour" | "hours" => Period::Hour,
        "day" | "days" => Period::Day,
        "month" | "months" => Period::Month,
        _ => return None,
    })
}

/// Brings the three fields together.
pub(crate) fn read(
    limit: Field<Limit>,
    burst: Field<Count<LARGEST>>,
    per: Field<LimitScope>,
    scope: &mut Scope<'_>,
) -> Option<RuleLimit> {
    if !limit.is_there() {
        for (name, place) in [("burst", burst.place()), ("per", per.place())] {
            if let Some(place) = place {
                scope.fault(place, format!("`{name}` goes with a `limit` only"));
            }
        }
    }
    let mut read = limit.take()?;
    if let (Some(count), Some(place)) = (burst.given().map(|count| count.0), burst.place()) {
        if count > read.count {
            let message = format!("`{count}` is more than the limit grants: expected 1 to {}", read.count);
            scope.fault(place, message);
        }
        read.burst = count;
    }
    Some(RuleLimit { limit: read, per: per.take().unwrap_or(LimitScope::Identity) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_says_how_much_and_how_often() {
        let rows = [
            ("10 per minute", Some((10, LimitUnit::Requests, 1, Period::Minute))),
            ("200000 tokens per day", Some((200_000, LimitUnit::Tokens, 1, Period::Day))),
            ("100 requests per 5 minutes", Some((100, LimitUnit::Requests, 5, Period::Minute))),
            ("  1   request per  1  second ", Some((1, LimitUnit::Requests, 1, Period::Second))),
            ("7 per months", Some((7, LimitUnit::Requests, 1, Period::Month))),
            ("0 per minute", None),
            ("10", None),
            ("10 per", None),
            ("10 minute", None),
            ("10 per 0 minutes", None),
            ("10 per 1001 minutes", None),
            ("1_000 per day", None),
            ("1,000 per day", None),
            ("+1 per day", None),
            ("-1 per day", None),
            ("10 per minute please", None),
            ("10 per fortnight", None),
            ("10 cows per day", None),
            ("99999999999999999999 per day", None),
            ("50 USD per month", None),
        ];
        for (text, expected) in rows {
            let found = parse(text).ok().map(|limit| (limit.count, limit.unit, limit.periods, limit.period));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn money_is_said_to_come_later() {
        assert!(parse("50 USD per month").unwrap_err().contains("not available yet"));
    }
}
