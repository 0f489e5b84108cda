//! What the query of a path says.

/// Google's parameters that carry a credential; a caller's never goes upstream.
const CREDENTIALS: [&str; 3] = ["access_token", "key", "oauth_token"];

/// Whether Google's parameter `alt` asks for server-sent events in place of a list.
pub(super) fn asks_for_events(query: &str) -> bool {
    query.split('&').any(|pair| matches!(pair, "alt=sse" | "$alt=sse" | "%24alt=sse"))
}

/// The query without parameters that carry a credential.
pub(super) fn without_credentials(query: &str) -> String {
    let credential = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
        let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
        CREDENTIALS.contains(&name.to_ascii_lowercase().as_str())
    };
    query.split('&').filter(|pair| !pair.is_empty() && !credential(pair)).collect::<Vec<_>>().join("&")
}
