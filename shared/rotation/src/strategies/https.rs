//! URLs that a secret may be sent to: `https`, one named host, nothing that two readers could read differently.

/// The host of a URL, as it stands there, with its port where it has one.
///
/// Addresses are no hosts, nor are names without a dot: a rotation calls providers, not its neighbours.
pub(super) fn host(url: &str) -> Result<&str, &'static str> {
    if !url.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
        return Err("holds characters that do not belong into a URL");
    }
    let rest = url.strip_prefix("https://").ok_or("does not start with `https://`")?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if is_host(host) { Ok(host) } else { Err("names no host of the form `api.example.com`") }
}

/// Whether this names a host, with or without a port.
pub(super) fn is_host(host: &str) -> bool {
    let (name, port) = host.split_once(':').unwrap_or((host, "443"));
    let labels = || name.split('.');
    let is_label = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !label.is_empty() && label.len() < 64 && label.bytes().all(inner) && !label.starts_with('-')
    };
    let top = labels().next_back().unwrap_or_default();
    port.parse::<u16>().is_ok_and(|port| port > 0)
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && labels().count() > 1
        && labels().all(is_label)
        && top.starts_with(|letter: char| letter.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_https_url_has_a_host() {
        let rows = [
            ("https://api.example.com/v1/keys?limit=100", Some("api.example.com")),
            ("https://api.example.com", Some("api.example.com")),
            ("https://api.example.com:8443/keys", Some("api.example.com:8443")),
            ("https://xn--bcher-kva.example#x", Some("xn--bcher-kva.example")),
            ("http://api.example.com/", None),
            ("HTTPS://api.example.com/", None),
            ("https://key@api.example.com/", None),
            ("https://api.example.com@evil.example/", None),
            ("https://evil.example\\.api.example.com/", None),
            ("https://API.example.com/", None),
            ("https://localhost/", None),
            ("https://169.254.169.254/latest", None),
            ("https://0x7f.1/", None),
            ("https://[::1]/", None),
            ("https://api.example.com:/", None),
            ("https://api.example.com:+443/", None),
            ("https://api.example.com:0/", None),
            ("https://api..example.com/", None),
            ("https:///api.example.com/", None),
            ("https://api.example.com/a b", None),
            ("https://api.example.com/\r\nx: y", None),
            ("https://", None),
            ("", None),
        ];
        for (url, expected) in rows {
            assert_eq!(host(url).ok(), expected, "{url}");
        }
    }
}
