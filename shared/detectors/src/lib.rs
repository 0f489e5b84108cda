//! Text to findings: what a policy wants found is looked for in one pass, and what was found can be covered.
//!
//! Pure: it knows no policy rules, no configuration and no log. A detector is one file and one row in
//! [`DETECTORS`]; `detector.rs` says how to write one.

mod anatomies;
mod byte_class;
mod check_digits;
mod cited;
mod context;
mod cover;
mod detector;
mod first_look;
mod folding;
mod known;
mod links;
mod literal_finder;
mod literals;
#[cfg(test)]
mod naive;
mod neighbours;
mod news;
mod parsers;
mod pattern;
mod placeholder;
mod prefilter;
mod prose;
mod scan;
mod stream;
mod view;
mod views;
mod watch;
mod window;
mod word_starts;
mod work;

// One file each. A new one goes here and into `DETECTORS`.
mod api_key;
mod bank_account;
mod credit_card;
mod crypto_address;
mod driver_license;
mod email;
mod encoded_payload;
mod exfiltration_url;
mod hidden_text;
mod iban;
mod ip_address;
mod mac_address;
mod medical_id;
mod national_id;
mod passport;
mod password_assignment;
mod phone_number;
mod prompt_injection;
mod spares;
mod sql_injection;
mod system_prompt_extraction;
mod us_passport;
mod us_ssn;

pub use cover::{Covers, HeldText, Restorer};
pub use detector::{CONTEXT_AFTER, CONTEXT_BEFORE, Candidate, Detector, Hit, Reading, Shape};
pub use known::Known;
pub use pattern::PATTERN_REACH;
pub use scan::{Explanation, Scan, Scanner};
pub use stream::{NotUtf8, TextStream, WHOLE_BYTES};
pub use view::{View, ViewKind};
pub use watch::Watch;

/// Every detector, by id.
pub static DETECTORS: &[&dyn Detector] = &[
    &api_key::ApiKey,
    &bank_account::BankAccount,
    &credit_card::CreditCard,
    &crypto_address::CryptoAddress,
    &driver_license::DriverLicense,
    &email::Email,
    &encoded_payload::EncodedPayload,
    &exfiltration_url::ExfiltrationUrl,
    &hidden_text::HiddenText,
    &iban::Iban,
    &ip_address::IpAddress,
    &mac_address::MacAddress,
    &medical_id::MedicalId,
    &national_id::NationalId,
    &passport::Passport,
    &password_assignment::PasswordAssignment,
    &phone_number::PhoneNumber,
    &prompt_injection::PromptInjection,
    &sql_injection::SqlInjection,
    &system_prompt_extraction::SystemPromptExtraction,
    &us_passport::UsPassport,
    &us_ssn::UsSsn,
];

/// The ids of all detectors: what rules may name.
#[must_use]
pub fn detector_ids() -> Vec<&'static str> {
    DETECTORS.iter().map(|detector| detector.id()).collect()
}
