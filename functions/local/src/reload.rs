//! Keeps the policy in force in step with its file: looks at the file twice a second, by its content. A version
//! that does not compile is told with all its faults, and the one before stays in force.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use policy::Policy;

use crate::policy_file::PolicySource;

/// How often the file is looked at.
const PERIOD: Duration = Duration::from_millis(500);

/// What a look at the file gave.
#[derive(Debug)]
pub(crate) enum News {
    /// A new version that cannot be used, with the reasons.
    Bad(String),
    /// A new version, and what its author should know of it.
    Good(Box<Policy>, Vec<String>),
    /// Nothing new.
    Same,
}

/// A policy file and the last that was seen of it.
#[derive(Debug)]
pub(crate) struct Watch {
    file: PolicySource,
    /// The text, or why there was none.
    seen: Result<String, String>,
}

impl Watch {
    /// Watches a file of which this text was read last.
    pub(crate) fn new(file: PolicySource, text: String) -> Self {
        Self { file, seen: Ok(text) }
    }

    /// Looks once. The same fault is told once.
    pub(crate) fn look(&mut self) -> News {
        let now = self.file.read().map_err(|error| error.to_string());
        if now == self.seen {
            return News::Same;
        }
        self.seen = now;
        match &self.seen {
            Err(reason) => News::Bad(reason.clone()),
            Ok(text) => match self.file.compile(text) {
                Err(faults) => News::Bad(faults.to_string()),
                Ok(loaded) => {
                    let warnings = loaded.warnings.iter().map(|warning| self.file.warning(warning));
                    News::Good(Box::new(loaded.policy), warnings.collect())
                }
            },
        }
    }

    /// Looks again and again, and hands on what is new, until the other end of `stop` is dropped.
    pub(crate) fn run(mut self, stop: &Receiver<()>, tell: impl Fn(News)) {
        while stop.recv_timeout(PERIOD) == Err(RecvTimeoutError::Timeout) {
            match self.look() {
                News::Same => {}
                news @ (News::Bad(_) | News::Good(..)) => tell(news),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "apiVersion: v1\nkind: AIPolicy\nmetadata: {name: first}\nspec: {rules: []}\n";

    #[test]
    fn news_is_told_once_and_by_content() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("policy.yaml");
        std::fs::write(&path, GOOD).unwrap();
        let mut watch = Watch::new(PolicySource::File(path.clone()), GOOD.to_owned());
        std::fs::write(&path, GOOD).unwrap();
        assert!(matches!(watch.look(), News::Same), "written again, but the same");
        std::fs::write(&path, GOOD.replace("first", "second")).unwrap();
        assert!(matches!(watch.look(), News::Good(policy, _) if policy.name() == "second"));
        assert!(matches!(watch.look(), News::Same));
        std::fs::write(&path, "kind: [").unwrap();
        assert!(
            matches!(watch.look(), News::Bad(faults) if faults.starts_with(&format!("{}:", path.display())))
        );
        assert!(matches!(watch.look(), News::Same), "a fault is told once");
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(watch.look(), News::Bad(reason) if reason.starts_with("cannot read")));
        assert!(matches!(watch.look(), News::Same));
        std::fs::write(&path, GOOD).unwrap();
        assert!(matches!(watch.look(), News::Good(..)), "back again");
    }
}
