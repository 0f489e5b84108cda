//! Text to findings. Pure.

mod context;
mod detector;
#[cfg(test)]
mod naive;
mod placeholder;
mod view;

// One file each. A new one goes here and into `DETECTORS`.
mod api_key;
mod credit_card;
mod email;
mod encoded_payload;
mod exfiltration_url;
mod hidden_text;
mod iban;
mod ip_address;
mod password_assignment;
mod phone_number;
mod prompt_injection;
mod sql_injection;
mod system_prompt_extraction;
mod us_passport;
mod us_ssn;

pub use detector::{Candidate, Detector, Hit, Shape};
pub use view::{View, ViewKind};

/// Every detector, by id.
pub static DETECTORS: &[&dyn Detector] = &[
    &api_key::ApiKey,
    &credit_card::CreditCard,
    &email::Email,
    &encoded_payload::EncodedPayload,
    &exfiltration_url::ExfiltrationUrl,
    &hidden_text::HiddenText,
    &iban::Iban,
    &ip_address::IpAddress,
    &password_assignment::PasswordAssignment,
    &phone_number::PhoneNumber,
    &prompt_injection::PromptInjection,
    &sql_injection::SqlInjection,
    &system_prompt_extraction::SystemPromptExtraction,
    &us_passport::UsPassport,
    &us_ssn::UsSsn,
];
