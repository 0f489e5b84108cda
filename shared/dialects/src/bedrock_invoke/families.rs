//! The families of models that InvokeModel serves: the model's id says in which form its bodies are.
//!
//! To add a family, add a row to [`FAMILIES`]; one with members of its own, rows to the field table as well.

/// The form of a family's bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// OpenAI's chat completions, as `openai_chat` has them.
    Chat,
    /// Cohere's: a prompt, or a message with what was said before.
    Cohere,
    /// Converse's, as `bedrock_converse` has them.
    Converse,
    /// Texts and images to be made vectors of.
    Embed,
    /// A prompt, with the names that Meta uses.
    Llama,
    /// Anthropic's messages, as `anthropic_messages` has them.
    Messages,
    /// A prompt, with the names that most use; some take messages in OpenAI's form as well.
    Prompt,
    /// A prompt, with the names that Amazon used first.
    Titan,
    /// Nobody knows: everything is text.
    Unknown,
}

/// A family of models.
struct Family {
    /// How the ids begin, without what says where or for whom a model runs.
    begins: &'static str,
    form: Form,
}

const fn family(begins: &'static str, form: Form) -> Family {
    Family { begins, form }
}

/// Every family that is known. The first row that fits counts.
static FAMILIES: &[Family] = &[
    family("ai21.jamba", Form::Chat),
    // Those of its models that make images, films and vectors, and the one that speaks, have bodies of their own.
    family("amazon.nova-canvas", Form::Unknown),
    family("amazon.nova-reel", Form::Unknown),
    family("amazon.nova-sonic", Form::Unknown),
    family("amazon.nova-2-sonic", Form::Unknown),
    family("amazon.nova-2-multimodal-embeddings", Form::Unknown),
    family("amazon.nova", Form::Converse),
    family("amazon.titan-embed", Form::Embed),
    family("amazon.titan-text", Form::Titan),
    family("amazon.titan-tg1", Form::Titan),
    family("anthropic.", Form::Messages),
    family("cohere.command", Form::Cohere),
    family("cohere.embed", Form::Embed),
    family("deepseek.", Form::Prompt),
    family("google.gemma", Form::Chat),
    family("meta.llama", Form::Llama),
    family("minimax.", Form::Chat),
    family("mistral.", Form::Prompt),
    family("moonshot.", Form::Chat),
    family("moonshotai.", Form::Chat),
    family("nvidia.", Form::Chat),
    family("openai.", Form::Chat),
    family("qwen.", Form::Chat),
    family("zai.", Form::Chat),
];

/// The resources in whose names the id of the model stands.
const NAMED: [&str; 2] = ["foundation-model/", "inference-profile/"];

/// The form that a model's bodies have. Names that an account gives (profiles of its own, imported models, provisioned
/// ones) do not say what is behind them.
pub(super) fn form_of(model: &str) -> Form {
    let id = match model.strip_prefix("arn:") {
        Some(arn) => match arn.splitn(5, ':').nth(4) {
            Some(resource) => NAMED.iter().find_map(|kind| resource.strip_prefix(kind)).unwrap_or_default(),
            None => "",
        },
        None => model,
    };
    // In front of an id may stand where the model runs: `us.`, `apac.`, `global.`.
    let (_, bare) = id.split_once('.').unwrap_or_default();
    let fits = |family: &&Family| [id, bare].iter().any(|id| id.starts_with(family.begins));
    FAMILIES.iter().find(fits).map_or(Form::Unknown, |family| family.form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_known_by_its_id_wherever_it_runs() {
        let rows = [
            ("anthropic.claude-3-haiku-20240307-v1:0", Form::Messages),
            ("us.anthropic.claude-sonnet-4-20250514-v1:0", Form::Messages),
            ("global.anthropic.claude-opus-4-5", Form::Messages),
            ("arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2:1", Form::Messages),
            ("arn:aws-us-gov:bedrock:us-gov-west-1:1:inference-profile/us-gov.meta.llama3-1-8b", Form::Llama),
            (
                "arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/anthropic.x",
                Form::Unknown,
            ),
            (
                "arn:aws:bedrock:eu-west-1:111122223333:custom-model/amazon.titan-text-lite-v1:0/a",
                Form::Unknown,
            ),
            ("arn:aws:bedrock:eu-west-1", Form::Unknown),
            ("amazon.nova-lite-v1:0", Form::Converse),
            ("eu.amazon.nova-2-lite-v1:0", Form::Converse),
            ("amazon.nova-canvas-v1:0", Form::Unknown),
            ("amazon.titan-text-express-v1", Form::Titan),
            ("amazon.titan-embed-text-v2:0", Form::Embed),
            ("cohere.command-r-plus-v1:0", Form::Cohere),
            ("us.cohere.embed-v4:0", Form::Embed),
            ("us.deepseek.r1-v1:0", Form::Prompt),
            ("mistral.mistral-large-2402-v1:0", Form::Prompt),
            ("openai.gpt-oss-120b-1:0", Form::Chat),
            ("stability.sd3-5-large-v1:0", Form::Unknown),
            ("m", Form::Unknown),
            ("", Form::Unknown),
        ];
        for (model, form) in rows {
            assert_eq!(form_of(model), form, "{model}");
        }
    }
}
