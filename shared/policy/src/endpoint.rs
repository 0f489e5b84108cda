//! Endpoints: how a policy names hosts and URLs (`api.crm.example`, `host:8443`, `*.example.com`,
//! `https://host/path/`), and whether a URL is one of them.

use url::Url;

/// One endpoint as a policy names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    source: String,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// A host, at any port.
    Host(String),
    /// A host at one port.
    HostPort(String, u16),
    /// A URL and everything below its path.
    Prefix(Url),
    /// Every host under a domain, but not the domain itself; the text starts with a dot.
    Subdomains(String),
}

impl Endpoint {
    /// Reads an endpoint. The error says what is wrong, in lower case without a full stop.
    ///
    /// # Errors
    /// When the text is none of the four forms.
    pub fn parse(text: &str) -> Result<Self, String> {
        let kind = if text.contains("://") {
            Kind::Prefix(prefix(text)?)
        } else if let Some(domain) = text.strip_prefix("*.") {
            Kind::Subdomains(format!(".{}", host(domain)?))
        } else if let Some((name, port)) = text.rsplit_once(':').filter(|_| !text.starts_with('[')) {
            let port = port.parse().map_err(|_| format!("`{port}` is not a port"))?;
            Kind::HostPort(host(name)?, port)
        } else {
            Kind::Host(host(text)?)
        };
        Ok(Self { source: text.to_owned(), kind })
    }

    /// The endpoint as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// Whether a URL points here. A URL without a host points nowhere.
    #[must_use]
    pub fn covers(&self, url: &Url) -> bool {
        let Some(name) = url.host_str().map(|name| name.trim_end_matches('.')) else {
            return false;
        };
        match &self.kind {
            Kind::Host(host) => name == host,
            Kind::HostPort(host, port) => name == host && url.port_or_known_default() == Some(*port),
            Kind::Prefix(prefix) => covers_below(prefix, url, name),
            Kind::Subdomains(domain) => name.len() > domain.len() && name.ends_with(domain.as_str()),
        }
    }
}

fn covers_below(prefix: &Url, url: &Url, name: &str) -> bool {
    let path = prefix.path().trim_end_matches('/');
    let below = url.path().strip_prefix(path);
    prefix.scheme() == url.scheme()
        && prefix.host_str() == Some(name)
        && prefix.port_or_known_default() == url.port_or_known_default()
        && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn prefix(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|fault| format!("`{text}` is not a URL: {fault}"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(format!("`{text}` is not an http or https URL"));
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err(format!("`{text}` has more than a scheme, a host, a port and a path"));
    }
    Ok(url)
}

/// A host name in the form in which `url` gives one: lower case, punycode, no trailing dot.
fn host(text: &str) -> Result<String, String> {
    let wrong = || format!("`{text}` is not a host name");
    if text.is_empty() || text.contains(['/', '@', '?', '#', '*', ' ']) {
        return Err(wrong());
    }
    let url = Url::parse(&format!("https://{text}/")).map_err(|_| wrong())?;
    let name = url.host_str().ok_or_else(wrong)?.trim_end_matches('.').to_owned();
    if name.is_empty() { Err(wrong()) } else { Ok(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_covers_what_it_names_and_nothing_else() {
        let rows = [
            ("api.crm.example", "https://api.crm.example/v1", true),
            ("api.crm.example", "https://API.CRM.example.:8443/", true),
            ("api.crm.example", "https://api.crm.example.evil.test/", false),
            ("api.crm.example", "https://api.crm.example@evil.test/", false),
            ("crm.example:8443", "https://crm.example:8443/", true),
            ("crm.example:8443", "https://crm.example/", false),
            ("crm.example:443", "https://crm.example/", true),
            ("*.example.com", "http://a.b.example.com/", true),
            ("*.example.com", "http://example.com/", false),
            ("*.example.com", "http://badexample.com/", false),
            ("https://crm.example/v1", "https://crm.example/v1/users", true),
            ("https://crm.example/v1/", "https://crm.example/v1", true),
            ("https://crm.example/v1", "https://crm.example/v10", false),
            ("https://crm.example/v1", "https://crm.example/v1/../admin", false),
            ("https://crm.example/v1", "http://crm.example/v1", false),
            ("https://crm.example/", "https://crm.example:444/", false),
            ("bücher.example", "https://xn--bcher-kva.example/", true),
        ];
        for (endpoint, url, covered) in rows {
            let url = Url::parse(url).unwrap();
            assert_eq!(Endpoint::parse(endpoint).unwrap().covers(&url), covered, "{endpoint} {url}");
        }
    }

    #[test]
    fn a_wrong_endpoint_says_what_is_wrong() {
        for text in ["", "a b", "host:port", "ftp://host/", "https://u@host/", "https://host/?q", "*.", "a*b"]
        {
            assert!(Endpoint::parse(text).is_err(), "{text}");
        }
    }
}
