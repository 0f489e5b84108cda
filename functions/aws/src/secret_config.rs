//! The settings about where credentials are read: the same for every upstream.

use host::settings::Reading;
use http::Uri;

use crate::config::{endpoint, secrets_endpoint};

/// Where the stores of credentials are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretServices {
    /// The extension that values are read through, where that is wanted.
    pub extension: Option<Uri>,
    /// Systems Manager, which has the parameters.
    pub parameters: Uri,
    /// Secrets Manager.
    pub secrets: Uri,
}

impl SecretServices {
    /// Reads them for a region.
    pub(crate) fn read(reading: &mut Reading, region: &str) -> Self {
        let end = if region.starts_with("cn-") { ".cn" } else { "" };
        let own = format!("https://ssm.{region}.amazonaws.com{end}");
        Self {
            extension: extension(reading),
            parameters: endpoint(reading, "AWS_ENDPOINT_URL_SSM", own),
            secrets: secrets_endpoint(reading, region),
        }
    }
}

fn extension(reading: &mut Reading) -> Option<Uri> {
    let (name, port_name) = ("SALLYPORT_SECRETS_FROM", "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT");
    match reading.text(name).as_deref() {
        None | Some("service") => return None,
        Some("extension") => {}
        Some(_) => {
            reading.fault(name, "expected `service` or `extension`");
            return None;
        }
    }
    let port = reading.foreign(port_name).map_or(Ok(2773), |text| text.parse::<u16>());
    let place = port.ok().and_then(|port| format!("http://localhost:{port}").parse().ok());
    if place.is_none() {
        reading.fault(port_name, "expected a port");
    }
    place
}
