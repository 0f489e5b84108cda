//! `sallyport schema`: the JSON Schema of policy documents, for editors.

use host::policy_file::detector_ids;

use crate::console::{Console, Outcome};
use crate::error::LocalError;

/// Print the JSON Schema of policy documents
///
/// Editors that know it complete and check a policy as it is written, for example with this first line in
/// the policy and a language server for YAML:
///
///   # yaml-language-server: $schema=policy.schema.json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Schema {}

impl Schema {
    pub(crate) fn run(&self, console: &mut Console<'_>) -> Result<Outcome, LocalError> {
        writeln!(console.out, "{:#}", policy::schema(&detector_ids()))?;
        Ok(Outcome::Done)
    }
}
