//! Where Vertex AI is: each location has a host of its own, and a call goes to that of the location which its path names,
//! never to one that the caller chooses.
//!
//! Contract: Vertex AI, "Service endpoints" and "Data residency".

use std::collections::BTreeMap;

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};

/// What a path without a location stands for.
const WITHOUT_LOCATION: &str = "global";

/// Where the calls go that name each of these locations. Whatever is configured that is none of Google's own hosts (a
/// proxy, another name in a private network) gets all of them.
#[must_use]
pub fn places(base: &Uri, locations: &[String]) -> BTreeMap<String, Uri> {
    let mut places = BTreeMap::new();
    for location in locations {
        let own = if is_googles(base) { at(base, location) } else { Some(base.clone()) };
        let Some(own) = own else { continue };
        if location == WITHOUT_LOCATION {
            places.insert(String::new(), own.clone());
        }
        places.insert(location.clone(), own);
    }
    places
}

/// Whether a URL is at one of the hosts of Vertex AI.
fn is_googles(url: &Uri) -> bool {
    let host = url.host().unwrap_or_default();
    host == "aiplatform.googleapis.com"
        || host.ends_with("-aiplatform.googleapis.com")
        || (host.starts_with("aiplatform.") && host.ends_with(".rep.googleapis.com"))
}

/// The same URL at the host of a location.
fn at(base: &Uri, location: &str) -> Option<Uri> {
    let host = match location {
        "global" => "aiplatform.googleapis.com".to_owned(),
        "eu" | "us" => format!("aiplatform.{location}.rep.googleapis.com"),
        region => format!("{region}-aiplatform.googleapis.com"),
    };
    let authority: Authority = host.parse().ok()?;
    let path = base.path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/"));
    let scheme = base.scheme().cloned().unwrap_or(Scheme::HTTPS);
    Uri::builder().scheme(scheme).authority(authority).path_and_query(path).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(base: &'static str, locations: &[&str]) -> Vec<(String, String)> {
        let locations: Vec<_> = locations.iter().map(|&name| name.to_owned()).collect();
        let places = places(&Uri::from_static(base), &locations);
        places.into_iter().map(|(location, url)| (location, url.to_string())).collect()
    }

    #[test]
    fn a_call_goes_to_the_host_of_its_location() {
        let expected = [
            ("", "https://aiplatform.googleapis.com/"),
            ("eu", "https://aiplatform.eu.rep.googleapis.com/"),
            ("europe-west4", "https://europe-west4-aiplatform.googleapis.com/"),
            ("global", "https://aiplatform.googleapis.com/"),
            ("us", "https://aiplatform.us.rep.googleapis.com/"),
        ];
        let expected = expected.map(|(location, url)| (location.to_owned(), url.to_owned()));
        for base in [
            "https://europe-west1-aiplatform.googleapis.com",
            "https://aiplatform.googleapis.com",
            "https://aiplatform.eu.rep.googleapis.com/",
        ] {
            assert_eq!(told(base, &["global", "us", "eu", "europe-west4"]), expected, "{base}");
        }
    }

    #[test]
    fn a_call_without_a_location_is_one_to_all_of_the_world() {
        assert_eq!(told("https://aiplatform.googleapis.com", &["europe-west1"]).len(), 1, "not allowed");
    }

    #[test]
    fn what_is_none_of_googles_hosts_gets_every_call() {
        for base in [
            "http://127.0.0.1:9/",
            "https://vertex.example/base",
            "https://aiplatform.googleapis.com.example/",
        ] {
            let expected = [("", base), ("global", base), ("us", base)];
            let expected = expected.map(|(location, url)| (location.to_owned(), url.to_owned()));
            assert_eq!(told(base, &["global", "us"]), expected);
        }
    }
}
