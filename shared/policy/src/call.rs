//! What is asked of a policy: the facts of one call, who makes it, and what an agent is about to do.

use std::collections::BTreeMap;

use serde::Serialize;

/// Who calls: the principal that the provider authenticated, or the API key or JWT that we did.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// The key's id, the subject of the token, the role; `anonymous` for nobody.
    pub id: String,
    /// How it was proved.
    pub kind: IdentityKind,
    /// Groups that the key file or the token names.
    pub groups: Vec<String>,
    /// The token's claims; empty for keys.
    pub claims: BTreeMap<String, serde_json::Value>,
}

impl Identity {
    /// The caller of a service that lets anybody call.
    #[must_use]
    pub fn anonymous() -> Self {
        Self {
            id: "anonymous".to_owned(),
            kind: IdentityKind::Anonymous,
            groups: Vec::new(),
            claims: BTreeMap::new(),
        }
    }
}

/// How an identity was proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    /// Not at all: the configuration lets anybody call.
    Anonymous,
    /// By one of our API keys.
    ApiKey,
    /// By a JSON Web Token.
    Jwt,
    /// By the provider, before the call came to us.
    Provider,
}

/// The facts of one call, as `when`, `model_access` and limits see them.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The dialect's id; `decisions` for the decision endpoint.
    pub dialect: String,
    /// The model that the caller asks for; empty where none is.
    pub model: String,
    /// `aws`, `azure`, `gcp` or `local`.
    pub provider: String,
    /// Where the model is called: the location that the call names, where its API has one, or else the provider's region;
    /// empty where there is none.
    pub region: String,
    /// Whether the answer is to be streamed.
    pub stream: bool,
    /// Names of the tools that the request offers.
    pub tools: Vec<String>,
    /// The number of messages in the request.
    pub messages: usize,
    /// Who calls.
    pub identity: Identity,
    /// The caller's network address; empty where it is not known.
    pub ip: String,
    /// The tokens that the call may use, estimated before it is made.
    pub estimated_tokens: u64,
}

/// What an action is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// An HTTP call, put to the decision endpoint.
    Http,
    /// An MCP server that a request names.
    McpServer,
    /// A tool that a request offers to the model.
    ToolOffer,
    /// A tool call in an answer, or one put to the decision endpoint.
    ToolCall,
}

/// Something that the agent is about to do, or to make possible.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// What it is.
    pub kind: ActionKind,
    /// The tool's name; the MCP server's label; empty for a plain HTTP call.
    pub name: String,
    /// The HTTP method in upper case; empty where there is none.
    pub method: String,
    /// Every absolute URL that it goes to: the action's own, or those found in its arguments.
    pub urls: Vec<url::Url>,
    /// The arguments; `null` where there are none.
    pub arguments: serde_json::Value,
    /// Where it stands in the body, such as `choices[0].message.tool_calls[1]`.
    pub field: String,
}
