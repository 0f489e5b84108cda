//! Settings as a function reads them, once, from variables that it is given: each is taken out by its name and becomes
//! what is needed, or a fault; in the end all faults are told at once, and a setting that nobody asked for is one.
//!
//! Which settings there are stands in a function's `config.rs`, with what only its provider has.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;
use std::time::Duration;

use enforcement::{KeyFile, is_private};
use http::Uri;

use crate::{HostError, key_file};

/// What the settings' names begin with.
const PREFIX: &str = "SALLYPORT_";

/// Where the calls for one vendor go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target<P> {
    /// The vendor.
    pub vendor: &'static str,
    /// The upstream.
    pub url: Uri,
    /// The place of its credential in the provider's secret store.
    pub secret: Option<P>,
}

/// Why a text is no base URL of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlFault {
    /// A user or a password before the host.
    #[error("a credential must not stand in the URL")]
    Credential,
    /// Everybody on the way could read it.
    #[error("a credential is shown there, so expected `https://`; `http://` only to this machine")]
    Open,
    /// Something that a base has no room for.
    #[error("a base URL has no query")]
    Query,
    /// No URL at all.
    #[error("this is no URL")]
    Unreadable,
    /// A URL of no web service.
    #[error("expected a URL that begins with `https://` or `http://`")]
    Web,
}

/// Variables from which each setting is taken out, so that those are left that nobody knows.
#[derive(Debug)]
pub struct Reading {
    variables: BTreeMap<String, String>,
    faults: Vec<String>,
}

impl Reading {
    /// Of these variables, by name.
    #[must_use]
    pub fn new(variables: BTreeMap<String, String>) -> Self {
        Self { variables, faults: Vec::new() }
    }

    /// What was read.
    ///
    /// # Errors
    /// Every fault of it.
    pub fn end<T>(mut self, settings: T) -> Result<T, HostError> {
        self.refuse_rest();
        if self.faults.is_empty() { Ok(settings) } else { Err(HostError::Faults(self.faults)) }
    }

    /// A setting's value, where it is set to something.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.variables.remove(name).filter(|value| !value.is_empty())
    }

    /// A variable that is none of ours, where it is set to something: the provider or the operator's account sets it,
    /// and it may be asked for more than once.
    #[must_use]
    pub fn foreign(&self, name: &str) -> Option<String> {
        self.variables.get(name).filter(|value| !value.is_empty()).cloned()
    }

    /// Something is wrong with a setting.
    pub fn fault(&mut self, name: &str, reason: &str) {
        self.faults.push(format!("`{name}`: {reason}"));
    }

    /// Something is wrong that is no single setting's fault. `line` says all of it.
    pub fn fault_of_all(&mut self, line: String) {
        self.faults.push(line);
    }

    /// Whether a setting is `true`. It need not be set.
    pub fn flag(&mut self, name: &str) -> bool {
        match self.text(name).as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => {
                self.fault(name, "expected `true` or `false`");
                false
            }
        }
    }

    /// A setting in whole seconds, `default` without it.
    pub fn seconds(&mut self, name: &str, range: RangeInclusive<u64>, default: u64) -> Duration {
        let read = self.text(name).map(|text| text.parse().ok().filter(|seconds| range.contains(seconds)));
        if read == Some(None) {
            self.fault(name, &format!("expected {} to {} seconds", range.start(), range.end()));
        }
        Duration::from_secs(read.flatten().unwrap_or(default))
    }

    /// Who may call: `SALLYPORT_KEYS`, a key file whose name counts from `folder`, and `SALLYPORT_ALLOW_ANONYMOUS`.
    pub fn callers(&mut self, folder: &Path) -> KeyFile {
        let loaded = self.text("SALLYPORT_KEYS").map(|name| key_file::load(&folder.join(name)));
        let mut callers = match loaded.transpose() {
            Ok(callers) => callers.unwrap_or_default(),
            Err(error) => {
                self.faults.extend(error.to_string().lines().map(str::to_owned));
                KeyFile::default()
            }
        };
        callers.anonymous |= self.flag("SALLYPORT_ALLOW_ANONYMOUS");
        callers
    }

    /// The secrets with callers' keys: `SALLYPORT_KEYS_SECRET`, with commas between them; a template may leave one at
    /// the end. `place` reads each, or says what was expected there.
    pub fn key_secrets<P>(&mut self, place: impl Fn(&str) -> Result<P, &'static str>) -> Vec<P> {
        const NAME: &str = "SALLYPORT_KEYS_SECRET";
        let given = self.text(NAME).unwrap_or_default();
        let written = given.split(',').map(str::trim).filter(|text| !text.is_empty());
        let read: Result<Vec<P>, _> = written.map(place).collect();
        read.map_err(|expected| self.fault(NAME, expected)).unwrap_or_default()
    }

    /// Where calls go: one for each vendor with a `SALLYPORT_UPSTREAM_<VENDOR>`, in the order of their ids. `place` reads
    /// what its `SALLYPORT_SECRET_<VENDOR>` says, or says what was expected there.
    pub fn targets<P>(&mut self, place: impl Fn(&str) -> Result<P, &'static str>) -> Vec<Target<P>> {
        let vendors = dialects::VENDORS.iter().map(|vendor| vendor.id);
        vendors.filter_map(|vendor| self.target(vendor, &place)).collect()
    }

    fn target<P>(
        &mut self,
        vendor: &'static str,
        place: impl Fn(&str) -> Result<P, &'static str>,
    ) -> Option<Target<P>> {
        let name_of = |what: &str| format!("{PREFIX}{what}_{}", vendor.to_ascii_uppercase());
        let (url_name, secret_name) = (name_of("UPSTREAM"), name_of("SECRET"));
        let (url, secret) = (self.text(&url_name), self.text(&secret_name));
        let secret = secret.and_then(|text| {
            let read = place(&text).map_err(|expected| self.fault(&secret_name, expected));
            read.ok()
        });
        let Some(url) = url else {
            if secret.is_some() {
                self.fault(&secret_name, &format!("there is no `{url_name}` that would take it"));
            }
            return None;
        };
        let url = base_url(&url).map_err(|fault| self.fault(&url_name, &fault.to_string())).ok()?;
        Some(Target { vendor, url, secret })
    }

    fn refuse_rest(&mut self) {
        // One that is set to nothing is as good as not set.
        let set = self.variables.iter().filter(|(_, value)| !value.is_empty());
        let unknown = set.filter(|(name, _)| name.starts_with(PREFIX));
        self.faults.extend(unknown.map(|(name, _)| format!("`{name}` is no setting; see `--help`")));
    }
}

/// The base URL of a service.
///
/// # Errors
/// When a text is none, or holds what does not belong into one.
pub fn base_url(text: &str) -> Result<Uri, UrlFault> {
    let url: Uri = text.parse().map_err(|_| UrlFault::Unreadable)?;
    if !matches!(url.scheme_str(), Some("http" | "https")) || url.host().is_none_or(str::is_empty) {
        return Err(UrlFault::Web);
    }
    if url.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(UrlFault::Credential);
    }
    if url.query().is_some() {
        return Err(UrlFault::Query);
    }
    Ok(url)
}

/// The base URL of a service to which the function shows a token or a key of its own.
///
/// # Errors
/// When a text is none, or when others could read what goes there.
pub fn private_base_url(text: &str) -> Result<Uri, UrlFault> {
    let url = base_url(text)?;
    if is_private(&url) { Ok(url) } else { Err(UrlFault::Open) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(given: &[(&str, &str)]) -> Reading {
        Reading::new(given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// A place is a word without a blank.
    fn place(text: &str) -> Result<String, &'static str> {
        if text.contains(' ') { Err("expected a name") } else { Ok(text.to_owned()) }
    }

    fn fault(given: (&str, &str)) -> String {
        let mut reading = reading(&[given]);
        let _ = (reading.callers(Path::new("/package")), reading.targets(place));
        let _ = (reading.seconds("SALLYPORT_PAUSE", 1..=60, 7), reading.foreign("OTHER"));
        let _ = reading.key_secrets(place);
        reading.end(()).unwrap_err().to_string()
    }

    #[test]
    fn settings_are_what_they_say() {
        let mut reading = reading(&[
            ("SALLYPORT_ALLOW_ANONYMOUS", "true"),
            ("SALLYPORT_UPSTREAM_OPENAI", "https://api.openai.com/v1"),
            ("SALLYPORT_SECRET_OPENAI", "llm"),
            ("SALLYPORT_UPSTREAM_GEMINI", "http://gemini.test:81"),
            ("SALLYPORT_SECRET_ANTHROPIC", ""),
            ("SALLYPORT_UNHEARD_OF", ""),
            ("SALLYPORT_KEYS_SECRET", "keys/ada, keys/bob"),
            ("SALLYPORT_PAUSE", "9"),
            ("PATH", "/bin"),
        ]);
        assert!(reading.callers(Path::new("")).anonymous);
        assert_eq!(reading.key_secrets(place), ["keys/ada", "keys/bob"]);
        assert_eq!(reading.key_secrets(place), Vec::<String>::new(), "taken");
        let targets = reading.targets(place);
        let told: Vec<_> = targets
            .iter()
            .map(|Target { vendor, url, secret }| (*vendor, url.to_string(), secret.as_deref()))
            .collect();
        let expected = [
            ("gemini", "http://gemini.test:81/".to_owned(), None),
            ("openai", "https://api.openai.com/v1".to_owned(), Some("llm")),
        ];
        assert_eq!(told, expected);
        assert_eq!(reading.seconds("SALLYPORT_PAUSE", 1..=60, 7).as_secs(), 9);
        assert_eq!(reading.seconds("SALLYPORT_OTHER", 1..=60, 7).as_secs(), 7);
        assert_eq!(reading.foreign("PATH").as_deref(), Some("/bin"));
        assert_eq!(reading.end(1).unwrap(), 1);
    }

    #[test]
    fn each_fault_is_told() {
        let rows = [
            ("SALLYPORT_POLICI", "x", "`SALLYPORT_POLICI` is no setting; see `--help`"),
            ("SALLYPORT_ALLOW_ANONYMOUS", "yes", "`SALLYPORT_ALLOW_ANONYMOUS`: expected `true` or `false`"),
            ("SALLYPORT_PAUSE", "0", "`SALLYPORT_PAUSE`: expected 1 to 60 seconds"),
            ("SALLYPORT_UPSTREAM_NONE", "http://x", "`SALLYPORT_UPSTREAM_NONE` is no setting; see `--help`"),
            (
                "SALLYPORT_UPSTREAM_OPENAI",
                "https://me:hush@x",
                "`SALLYPORT_UPSTREAM_OPENAI`: a credential must not stand in the URL",
            ),
            ("SALLYPORT_SECRET_OPENAI", "a b", "`SALLYPORT_SECRET_OPENAI`: expected a name"),
            ("SALLYPORT_KEYS_SECRET", "ada, b b", "`SALLYPORT_KEYS_SECRET`: expected a name"),
            (
                "SALLYPORT_SECRET_OPENAI",
                "llm",
                "`SALLYPORT_SECRET_OPENAI`: there is no `SALLYPORT_UPSTREAM_OPENAI` that would take it",
            ),
            (
                "SALLYPORT_KEYS",
                "none.yaml",
                "cannot read `/package/none.yaml`: No such file or directory (os error 2)",
            ),
        ];
        for (name, value, expected) in rows {
            assert_eq!(fault((name, value)), expected, "{name}={value}");
        }
        let mut both = reading(&[("SALLYPORT_A", "1")]);
        both.fault_of_all("nothing is right".to_owned());
        assert_eq!(both.end(()).unwrap_err().to_string().lines().count(), 2, "all at once");
    }

    #[test]
    fn a_base_url_is_one_of_a_web_service_and_nothing_more() {
        let rows = [
            ("", UrlFault::Unreadable),
            ("x.example", UrlFault::Web),
            ("ftp://x", UrlFault::Web),
            ("https://me:hush@x", UrlFault::Credential),
            ("https://x?y=z", UrlFault::Query),
        ];
        for (text, fault) in rows {
            assert_eq!(base_url(text), Err(fault), "{text}");
        }
        assert_eq!(base_url("https://x:1/base").unwrap(), "https://x:1/base");
    }

    #[test]
    fn credentials_go_over_tls_or_stay_on_this_machine() {
        for text in [
            "https://x",
            "http://127.0.0.1:9/vault",
            "http://127.8.0.1",
            "http://[::1]:9",
            "http://LOCALHOST:9",
        ] {
            assert!(private_base_url(text).is_ok(), "{text}");
        }
        let open = [
            "http://x",
            "http://10.0.0.4",
            "http://0.0.0.0",
            "http://169.254.169.254",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "http://[::ffff:10.0.0.4]",
            "http://127.1",
        ];
        for text in open {
            assert_eq!(private_base_url(text), Err(UrlFault::Open), "{text}");
        }
        assert_eq!(private_base_url("x"), Err(UrlFault::Web));
    }
}
