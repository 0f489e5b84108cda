//! How logs look on this machine, as the one layer that takes this program's events: decision records become a
//! readable line for people or stay the record itself for programs, and diagnostics go to standard error.

use std::fmt::{self, Write as _};
use std::io::{IsTerminal as _, Write as _};

use host::{HostError, log_event};
use serde::Deserialize;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use crate::record_log::RecordLog;

/// How decisions are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lines {
    /// The records themselves.
    Json,
    /// A readable line for each decision.
    Readable {
        /// Whether the decision's word is coloured.
        colour: bool,
    },
}

impl Lines {
    /// What suits standard output: a terminal gets readable lines, coloured unless `NO_COLOR` is set.
    pub(crate) fn for_output(always_readable: bool) -> Self {
        let terminal = std::io::stdout().is_terminal();
        let colour = terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        if terminal || always_readable { Self::Readable { colour } } else { Self::Json }
    }

    /// The line for a record, with its end; `None` where it is not shown.
    pub(crate) fn line(self, record: &str) -> Option<String> {
        match self {
            Self::Json => Some(format!("{record}\n")),
            Self::Readable { colour } => {
                let shown: Shown<'_> = serde_json::from_str(record).ok()?;
                shown.is_news().then(|| shown.readable(colour))
            }
        }
    }
}

/// What a readable line shows of a record.
#[derive(Deserialize)]
struct Shown<'a> {
    #[serde(borrow, default)]
    time: std::borrow::Cow<'a, str>,
    #[serde(default)]
    decision: String,
    #[serde(default)]
    dialect: String,
    #[serde(default)]
    model: String,
    #[serde(default)]
    gate: String,
    #[serde(default, rename = "final")]
    last: bool,
    #[serde(default)]
    identity: Who,
    #[serde(default)]
    reasons: Vec<String>,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    fail_open: bool,
    #[serde(default)]
    latency_us: Latency,
}

#[derive(Default, Deserialize)]
struct Who {
    #[serde(default)]
    id: String,
}

#[derive(Default, Deserialize)]
struct Latency {
    #[serde(default)]
    checks: Option<u64>,
    #[serde(default)]
    upstream: Option<u64>,
}

impl Shown<'_> {
    /// A call that was allowed at the first gate is told when it is over.
    fn is_news(&self) -> bool {
        self.last || self.decision != "allow"
    }

    fn readable(&self, colour: bool) -> String {
        let time = self.time.get(11..19).unwrap_or("--:--:--");
        let decision = format!("{:<9}", self.decision);
        let decision = if colour { painted(&self.decision, &decision) } else { decision };
        let mut line = format!("{time}  {decision}  {:<8}", plain(&self.gate));
        for (word, width) in [(&self.dialect, 18), (&self.model, 12), (&self.identity.id, 10)] {
            let word = if word.is_empty() { "-".to_owned() } else { plain(word) };
            let _ = write!(line, "  {word:<width$}");
        }
        let _ = write!(line, "  {}", self.why());
        let _ = write!(line, "  {}", self.latency_us);
        format!("{}\n", line.trim_end())
    }

    fn why(&self) -> String {
        let mut words: Vec<String> = self.reasons.iter().map(|rule| plain(rule)).collect();
        if !matches!(self.outcome.as_str(), "" | "ok" | "refused") {
            words.push(plain(&self.outcome));
        }
        if self.fail_open {
            words.push("fail_open".to_owned());
        }
        if words.is_empty() { "-".to_owned() } else { words.join(", ") }
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [("checks", self.checks), ("upstream", self.upstream)];
        for (name, micros) in parts.iter().filter_map(|(name, micros)| micros.map(|micros| (name, micros))) {
            write!(f, " {name} {}.{:02} ms", micros / 1000, micros % 1000 / 10)?;
        }
        Ok(())
    }
}

/// A caller's word without what could steer a terminal, and not too long for a line.
fn plain(word: &str) -> String {
    word.chars().take(40).map(|sign| if sign.is_control() || is_bidi(sign) { '?' } else { sign }).collect()
}

fn is_bidi(sign: char) -> bool {
    matches!(sign, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn painted(decision: &str, text: &str) -> String {
    let code = match decision {
        "allow" => 32,
        "block" => 31,
        "constrain" => 33,
        _ => 36,
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// From now on decisions go to these places, and the program's own messages, from information upwards, to
/// standard error.
///
/// # Errors
/// When another log was begun in this process: records would go there.
pub(crate) fn begin(records: RecordLog) -> Result<(), HostError> {
    log_event::begin(subscriber(records))
}

/// What takes events and gives them to the layer.
pub(crate) fn subscriber(records: RecordLog) -> impl Subscriber + Send + Sync {
    tracing_subscriber::registry().with(LocalFormat { records })
}

/// The layer of this machine's log format. It says of each record what became of it.
struct LocalFormat {
    records: RecordLog,
}

impl<S: Subscriber> Layer<S> for LocalFormat {
    fn enabled(&self, metadata: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        log_event::is_wanted(metadata)
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if log_event::is_record(event) {
            log_event::keep_record(event, |record| self.records.append(record));
        } else {
            // There is nowhere left to tell when this fails.
            let _ = std::io::stderr().write_all(diagnostic(event).as_bytes());
        }
    }
}

fn diagnostic(event: &Event<'_>) -> String {
    let level = match *event.metadata().level() {
        Level::ERROR => "error: ",
        Level::WARN => "warning: ",
        _ => "",
    };
    log_event::text(event).lines().fold(String::new(), |all, line| all + "sallyport: " + level + line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const READABLE: Lines = Lines::Readable { colour: false };

    #[test]
    fn a_decision_is_one_readable_line() {
        let block = r#"{"time":"2025-03-01T12:04:31.120Z","decision":"block","gate":"request","dialect":"openai_chat","model":"echo-1","identity":{"id":"ci","kind":"api_key"},"reasons":["no-sql"],"outcome":"refused","final":true,"latency_us":{"checks":412}}"#;
        let whole = r#"{"time":"2025-03-01T12:04:31.120Z","decision":"allow","gate":"answer","final":true,"outcome":"ok","latency_us":{"checks":99,"upstream":1234567}}"#;
        let slow = r#"{"time":"x","decision":"log","gate":"answer","reasons":["a","b"],"final":true,"outcome":"upstream_slow","fail_open":true}"#;
        let rows = [
            (
                block,
                "12:04:31  block      request   openai_chat         echo-1        ci          no-sql   checks 0.41 ms\n",
            ),
            (
                whole,
                "12:04:31  allow      answer    -                   -             -           -   checks 0.09 ms upstream 1234.56 ms\n",
            ),
            (
                slow,
                "--:--:--  log        answer    -                   -             -           a, b, upstream_slow, fail_open\n",
            ),
        ];
        for (record, line) in rows {
            assert_eq!(READABLE.line(record).unwrap(), line);
        }
    }

    #[test]
    fn an_allowed_request_is_told_when_its_answer_is() {
        assert_eq!(READABLE.line(r#"{"decision":"allow","gate":"request","final":false}"#), None);
        assert!(READABLE.line(r#"{"decision":"log","gate":"request","final":false}"#).is_some());
        assert!(READABLE.line(r#"{"decision":"allow","gate":"answer","final":true}"#).is_some());
    }

    #[test]
    fn callers_cannot_steer_the_terminal() {
        let record = "{\"decision\":\"allow\",\"final\":true,\"model\":\"\\u001b[2J\\u202eevil\\n\"}";
        let line = READABLE.line(record).unwrap();
        assert!(
            line.trim_end().chars().all(|sign| !sign.is_control()) && !line.contains('\u{202e}'),
            "{line:?}"
        );
    }

    #[test]
    fn programs_get_the_record_itself() {
        assert_eq!(Lines::Json.line("{\"a\":1}").unwrap(), "{\"a\":1}\n");
    }

    #[test]
    fn the_decision_is_coloured_for_people() {
        let line = Lines::Readable { colour: true }.line(r#"{"decision":"block","final":true}"#).unwrap();
        assert!(line.contains("\u{1b}[31mblock    \u{1b}[0m"), "{line:?}");
    }
}
