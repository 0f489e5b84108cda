//! Settings of `sallyport serve`, read once: what the command line says becomes what the server needs, or
//! every fault at once.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::time::Duration;

use enforcement::KeyFile;
use host::key_file;
use host::settings::{self, UrlFault};
use http::Uri;

use crate::commands::Serve;
use crate::echo::EchoPace;
use crate::error::LocalError;
use crate::policy_file::PolicySource;
use crate::secret_store::is_name;

/// Settings that can be served.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) address: SocketAddr,
    pub(crate) policy: PolicySource,
    /// One for each vendor, in the order of their ids.
    pub(crate) upstreams: Vec<Target>,
    /// How long an upstream may be silent.
    pub(crate) upstream_timeout: Duration,
    /// `anonymous` holds what follows from the address and the command line, too.
    pub(crate) callers: KeyFile,
    /// The secrets with callers' keys.
    pub(crate) key_secrets: Vec<String>,
    pub(crate) log: Option<PathBuf>,
    pub(crate) secrets: Option<PathBuf>,
    pub(crate) region: String,
    pub(crate) echo: EchoPace,
}

/// Where the calls for one vendor go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// The vendor.
    pub(crate) name: &'static str,
    /// The upstream; `None` is the built-in echo model.
    pub(crate) url: Option<Uri>,
}

impl Settings {
    /// # Errors
    /// Every fault of the command line and of the key file.
    pub(crate) fn read(serve: Serve) -> Result<Self, LocalError> {
        let mut faults = Vec::new();
        let address = kept(address(&serve.listen), &mut faults);
        let upstreams = targets(&serve.upstream, &vendors(), &mut faults);
        let mut callers = match &serve.keys {
            Some(path) => key_file::load(path).map_err(|error| error.to_string()),
            None => Ok(KeyFile::default()),
        };
        if let (Ok(callers), Some(address)) = (&mut callers, address) {
            let unnamed = serve.keys.is_none() && serve.keys_secret.is_empty();
            let here = unnamed && address.ip().is_loopback();
            callers.anonymous |= serve.allow_anonymous || here;
            if unnamed && !callers.anonymous {
                faults.push(OPEN_TO_ALL.replace("ADDRESS", &address.to_string()));
            }
        }
        for name in serve.keys_secret.iter().filter(|name| !is_name(name)) {
            faults.push(format!(
                "--keys-secret: `{name}` is no name of a secret; it has letters, digits, - and _"
            ));
        }
        if let Some(folder) = serve.secrets.as_ref().filter(|folder| !folder.is_dir()) {
            faults.push(format!("--secrets: `{}` is no folder", folder.display()));
        }
        match (address, kept(callers, &mut faults)) {
            (Some(address), Some(callers)) if faults.is_empty() => Ok(Self {
                address,
                policy: PolicySource::of(serve.policy),
                upstreams,
                upstream_timeout: Duration::from_secs(serve.upstream_timeout),
                callers,
                key_secrets: serve.keys_secret,
                log: serve.log,
                secrets: serve.secrets,
                region: serve.region,
                echo: EchoPace {
                    piece: usize::try_from(serve.echo_chunk).unwrap_or(usize::MAX),
                    pause: Duration::from_millis(serve.echo_delay),
                },
            }),
            _ => Err(LocalError::Faults(faults)),
        }
    }
}

const OPEN_TO_ALL: &str = "anybody who reaches `ADDRESS` could call; name the callers with `--keys` or `--keys-secret`, or say \
                           `--allow-anonymous`";

/// The vendors, by id.
fn vendors() -> Vec<&'static str> {
    dialects::VENDORS.iter().map(|vendor| vendor.id).collect()
}

fn kept<T>(read: Result<T, String>, faults: &mut Vec<String>) -> Option<T> {
    read.map_err(|fault| faults.push(fault)).ok()
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let found = text.to_socket_addrs().ok().and_then(|mut found| found.next());
    found.ok_or_else(|| format!("--listen: `{text}` is no address of the form `127.0.0.1:8787`"))
}

fn targets(given: &[String], vendors: &[&'static str], faults: &mut Vec<String>) -> Vec<Target> {
    let mut targets: Vec<Target> = vendors.iter().map(|name| Target { name, url: None }).collect();
    for text in given {
        match target(text, &mut targets) {
            Ok(()) => {}
            Err(reason) => faults.push(format!("--upstream: `{}`: {reason}", without_userinfo(text))),
        }
    }
    targets
}

fn target(text: &str, targets: &mut [Target]) -> Result<(), String> {
    let (name, url) = text.split_once('=').ok_or("expected `NAME=URL`")?;
    let known: Vec<String> = targets.iter().map(|target| format!("`{}`", target.name)).collect();
    let target = targets.iter_mut().find(|target| target.name == name);
    let target = target.ok_or_else(|| format!("no such upstream; there are {}", known.join(", ")))?;
    if target.url.is_some() {
        return Err("this upstream is there twice".to_owned());
    }
    target.url = Some(base_url(url)?);
    Ok(())
}

fn base_url(text: &str) -> Result<Uri, String> {
    settings::base_url(text).map_err(|fault| match fault {
        UrlFault::Credential => format!("{fault}; see `--secrets`"),
        UrlFault::Open | UrlFault::Query | UrlFault::Unreadable | UrlFault::Web => fault.to_string(),
    })
}

/// A faulty URL is repeated, what may be a credential in it is not.
fn without_userinfo(text: &str) -> String {
    match (text.find("://"), text.rfind('@')) {
        (Some(start), Some(end)) if start + 3 < end => {
            let (head, tail) = (text.get(..start + 3), text.get(end..));
            format!("{}…{}", head.unwrap_or_default(), tail.unwrap_or_default())
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Only {
        #[command(flatten)]
        serve: Serve,
    }

    fn read(words: &str) -> Result<Settings, String> {
        let words = std::iter::once("serve").chain(words.split_whitespace());
        let serve = Only::try_parse_from(words).map_err(|error| error.to_string())?.serve;
        Settings::read(serve).map_err(|error| error.to_string())
    }

    #[test]
    fn no_words_serve_the_example_here_with_the_echo_model() {
        let settings = read("").unwrap();
        assert_eq!(settings.address.to_string(), "127.0.0.1:8787");
        assert_eq!(settings.policy, PolicySource::Example);
        assert!(settings.upstreams.iter().all(|target| target.url.is_none()));
        assert!(settings.callers.anonymous);
    }

    #[test]
    fn each_fault_of_the_command_line_is_told() {
        let open = OPEN_TO_ALL.replace("ADDRESS", "0.0.0.0:80");
        let rows: &[(&str, &str)] = &[
            ("--listen nowhere", "--listen: `nowhere` is no address of the form `127.0.0.1:8787`"),
            ("--listen 0.0.0.0:80", &open),
            ("--listen [::]:80", &OPEN_TO_ALL.replace("ADDRESS", "[::]:80")),
            ("--keys /nowhere", "cannot read `/nowhere`: No such file or directory (os error 2)"),
            (
                "--keys-secret a/b",
                "--keys-secret: `a/b` is no name of a secret; it has letters, digits, - and _",
            ),
            ("--secrets /nowhere", "--secrets: `/nowhere` is no folder"),
            ("--secrets /dev/null", "--secrets: `/dev/null` is no folder"),
            ("--upstream-timeout 0", "0 is not in 1"),
            ("--echo-chunk 0", "0 is not in 1"),
            ("--echo-delay 60001", "60001 is not in 0"),
            ("--listen nowhere --listen-to x", "unexpected argument"),
        ];
        for (words, expected) in rows {
            let fault = read(words).unwrap_err();
            assert!(fault.contains(expected), "{words}: {fault}");
        }
        assert!(read("--listen 0.0.0.0:80 --allow-anonymous").unwrap().callers.anonymous);
        assert!(read("--listen 127.0.0.2:0").unwrap().callers.anonymous);
        assert!(!read("--keys-secret ada").unwrap().callers.anonymous);
        assert_eq!(read("--listen x --keys /nowhere").unwrap_err().lines().count(), 2, "all at once");
    }

    #[test]
    fn each_fault_of_an_upstream_is_told() {
        let rows = [
            ("a", "`a`: expected `NAME=URL`"),
            ("c=http://x", "`c=http://x`: no such upstream; there are `a`, `b`"),
            ("a=", "`a=`: this is no URL"),
            ("a=x.example", "`a=x.example`: expected a URL that begins with `https://` or `http://`"),
            ("a=ftp://x", "`a=ftp://x`: expected a URL that begins with `https://` or `http://`"),
            ("a=http://me:hush@x", "`a=http://…@x`: a credential must not stand in the URL; see `--secrets`"),
            ("a=http://x?y=z", "`a=http://x?y=z`: a base URL has no query"),
        ];
        for (given, expected) in rows {
            let mut faults = Vec::new();
            targets(&[given.to_owned()], &["a", "b"], &mut faults);
            assert_eq!(faults, [format!("--upstream: {expected}")]);
        }
        let mut faults = Vec::new();
        let given = ["b=http://x:1/base".to_owned(), "b=http://y".to_owned()];
        let found = targets(&given, &["a", "b"], &mut faults);
        assert_eq!(found[1].url.as_ref().unwrap().to_string(), "http://x:1/base");
        assert_eq!(faults, ["--upstream: `b=http://y`: this upstream is there twice"]);
    }
}
