//! Who called, where a provider's front end stands before the function.

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;

/// The address that the front end saw, which it puts behind what the caller claims (`X-Forwarded-For`), without a port;
/// empty where there is none.
#[must_use]
pub fn address(headers: &HeaderMap) -> String {
    let last = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    let told = last.and_then(|list| list.rsplit(',').next()).unwrap_or_default().trim();
    let address = told.parse::<SocketAddr>().map(|address| address.ip()).or(told.parse::<IpAddr>());
    address.map(|ip| ip.to_string()).unwrap_or_default()
}
