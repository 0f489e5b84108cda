//! Where the policy lies, and how often it is looked at, as the settings say it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use host::settings::Reading;
use http::Uri;

use crate::config::endpoint;

/// The place's setting.
const PLACE: &str = "SALLYPORT_POLICY";

/// Where the policy lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyPlace {
    /// In the function's package.
    File(PathBuf),
    /// In a service of AWS.
    Remote(RemotePolicy),
}

/// A policy in a service of AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemotePolicy {
    /// Where in it.
    pub place: RemotePlace,
    /// Where the service is.
    pub endpoint: Uri,
    /// Whether that is the service's own place, and not one that the environment names.
    pub own_endpoint: bool,
    /// How long a policy is in force before it is looked at again; zero for as long as the process lives.
    pub refresh: Duration,
}

/// Where in a service of AWS the policy lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemotePlace {
    /// An object of S3: `s3://bucket/key`.
    Object {
        /// The bucket.
        bucket: String,
        /// The key. It may hold any sign.
        key: String,
    },
    /// A parameter of Systems Manager, by its name, by its name with `:` and a version or a label, or by its ARN:
    /// `ssm:/name`, `ssm:/name:3`, `arn:aws:ssm:eu-west-1:111122223333:parameter/name`.
    Parameter(String),
}

impl PolicyPlace {
    /// Reads the settings of a function in a region. What begins like nothing of AWS is a file's name, counted from
    /// `folder`.
    pub(crate) fn read(reading: &mut Reading, folder: &Path, region: &str) -> Self {
        let refresh = reading.seconds("SALLYPORT_POLICY_REFRESH_SECONDS", 0..=86_400, 60);
        let text = reading.text(PLACE).unwrap_or("policy.yaml".to_owned());
        let Some(place) = RemotePlace::read(&text) else { return Self::File(folder.join(text)) };
        match place {
            Ok(place) => Self::Remote(RemotePolicy::new(reading, place, region, refresh)),
            Err(expected) => {
                reading.fault(PLACE, expected);
                Self::File(PathBuf::new())
            }
        }
    }
}

impl RemotePolicy {
    fn new(reading: &mut Reading, place: RemotePlace, region: &str, refresh: Duration) -> Self {
        let (service, variable) = (place.service(), place.endpoint_variable());
        let own_endpoint = [variable, "AWS_ENDPOINT_URL"].iter().all(|name| reading.foreign(name).is_none());
        let end = if region.starts_with("cn-") { ".cn" } else { "" };
        let own = format!("https://{service}.{region}.amazonaws.com{end}");
        Self { endpoint: endpoint(reading, variable, own), own_endpoint, place, refresh }
    }
}

impl RemotePlace {
    /// Reads a place, or tells what was expected; `None` where the text begins like nothing of AWS.
    fn read(text: &str) -> Option<Result<Self, &'static str>> {
        Some(if let Some(name) = text.strip_prefix("ssm:") {
            let good = is_parameter(name) && !name.starts_with("arn:");
            good.then(|| Self::Parameter(name.to_owned())).ok_or("expected `ssm:` and a parameter's name")
        } else if let Some(rest) = text.strip_prefix("s3://") {
            object(rest).ok_or("expected `s3://`, a bucket, `/` and a key")
        } else if text.starts_with("arn:") {
            let parts: Vec<&str> = text.splitn(6, ':').collect();
            let good = matches!(parts[..], [_, _, "ssm", _, _, name] if name.starts_with("parameter/"));
            let good = good && is_parameter(text);
            good.then(|| Self::Parameter(text.to_owned())).ok_or("expected the ARN of a parameter")
        } else {
            return None;
        })
    }

    /// The service's name in signatures.
    #[must_use]
    pub fn service(&self) -> &'static str {
        match self {
            Self::Object { .. } => "s3",
            Self::Parameter(_) => "ssm",
        }
    }

    /// The variable that may name another place for the service than its own.
    fn endpoint_variable(&self) -> &'static str {
        match self {
            Self::Object { .. } => "AWS_ENDPOINT_URL_S3",
            Self::Parameter(_) => "AWS_ENDPOINT_URL_SSM",
        }
    }
}

impl fmt::Display for RemotePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object { bucket, key } => write!(f, "s3://{bucket}/{key}"),
            Self::Parameter(name) if name.starts_with("arn:") => f.write_str(name),
            Self::Parameter(name) => write!(f, "ssm:{name}"),
        }
    }
}

/// What a parameter's name, ARN, version and label are written in.
fn is_parameter(name: &str) -> bool {
    let of_name = |sign: char| sign.is_ascii_alphanumeric() || "/_.-:".contains(sign);
    !name.is_empty() && name.len() <= 2048 && name.chars().all(of_name)
}

fn object(rest: &str) -> Option<RemotePlace> {
    let (bucket, key) = rest.split_once('/')?;
    let of_bucket = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || ".-".contains(sign);
    let edge = |sign: Option<char>| sign.is_some_and(|sign| sign.is_ascii_alphanumeric());
    let named = (3..=63).contains(&bucket.len()) && bucket.chars().all(of_bucket);
    let framed = edge(bucket.chars().next()) && edge(bucket.chars().next_back());
    // Such parts of a path do not arrive as they were written.
    let plain = !key.split('/').any(|part| matches!(part, "." | ".."));
    let keyed = !key.is_empty() && key.len() <= 1024 && plain;
    (named && framed && keyed).then(|| RemotePlace::Object { bucket: bucket.to_owned(), key: key.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(own: &[(&str, &str)]) -> Result<PolicyPlace, String> {
        let all = own.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut reading = Reading::new(all.collect());
        let place = PolicyPlace::read(&mut reading, Path::new("/package"), "eu-west-1");
        reading.end(place).map_err(|error| error.to_string())
    }

    #[test]
    fn a_place_is_a_file_a_parameter_or_an_object() {
        let arn = "arn:aws:ssm:eu-west-1:111122223333:parameter/gate/policy";
        for (text, path) in [("policy.yaml", "/package/policy.yaml"), ("/opt/p.yaml", "/opt/p.yaml")] {
            assert_eq!(read(&[(PLACE, text)]), Ok(PolicyPlace::File(path.into())));
        }
        let named = |name: &str| RemotePlace::Parameter(name.to_owned());
        let object =
            |bucket: &str, key: &str| RemotePlace::Object { bucket: bucket.to_owned(), key: key.to_owned() };
        let rows = [
            ("ssm:/gate/policy", named("/gate/policy")),
            ("ssm:/gate/policy:3", named("/gate/policy:3")),
            (arn, named(arn)),
            ("s3://gate.policies-1/a b/policy.yaml", object("gate.policies-1", "a b/policy.yaml")),
        ];
        for (text, expected) in rows {
            let Ok(PolicyPlace::Remote(remote)) = read(&[(PLACE, text)]) else { panic!("{text}") };
            assert_eq!((remote.place.to_string(), remote.place), (text.to_owned(), expected));
            assert_eq!(remote.refresh, Duration::from_secs(60));
        }
    }

    #[test]
    fn what_is_none_is_told() {
        let (parameter, object) =
            ("expected `ssm:` and a parameter's name", "expected `s3://`, a bucket, `/` and a key");
        let rows = [
            ("ssm:", parameter),
            ("ssm:/gate policy", parameter),
            ("ssm:arn:aws:ssm:eu-west-1:1:parameter/x", parameter),
            ("s3://gate", object),
            ("s3://gate/", object),
            ("s3://Gate/key", object),
            ("s3://gate@evil.test/key", object),
            ("s3://-gate/key", object),
            ("s3://gate/a/../key", object),
            ("arn:aws:s3:::gate/key", "expected the ARN of a parameter"),
            ("arn:aws:ssm:eu-west-1:1:document/x", "expected the ARN of a parameter"),
        ];
        for (text, expected) in rows {
            assert_eq!(read(&[(PLACE, text)]), Err(format!("`{PLACE}`: {expected}")), "{text}");
        }
        let refresh = read(&[("SALLYPORT_POLICY_REFRESH_SECONDS", "soon")]).unwrap_err();
        assert_eq!(refresh, "`SALLYPORT_POLICY_REFRESH_SECONDS`: expected 0 to 86400 seconds");
    }

    #[test]
    fn a_service_is_at_its_own_place_or_where_the_environment_says() {
        let (all, s3) = (("AWS_ENDPOINT_URL", "http://all.test"), ("AWS_ENDPOINT_URL_S3", "http://s3.test"));
        let rows = [
            ("ssm:/p", vec![], "https://ssm.eu-west-1.amazonaws.com/", true),
            ("s3://gate/p", vec![], "https://s3.eu-west-1.amazonaws.com/", true),
            ("s3://gate/p", vec![all, s3], "http://s3.test/", false),
            ("ssm:/p", vec![all, s3], "http://all.test/", false),
        ];
        for (place, mut variables, expected, own) in rows {
            variables.push((PLACE, place));
            let Ok(PolicyPlace::Remote(remote)) = read(&variables) else { panic!("{place}") };
            assert_eq!((remote.endpoint.to_string().as_str(), remote.own_endpoint), (expected, own));
        }
    }
}
