//! `when` at run time: what its expression sees, and whether it holds.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use cel::objects::Map;
use cel::{Context, Env, Value};

use crate::call::{Call, IdentityKind};
use crate::checked::When;

/// Above so many tools, an expression over `request.tools` is not run: the caller chooses how many there are,
/// and a nested `exists` takes time that grows with a power of it.
const MAX_TOOLS: usize = 512;

/// The language's own functions; making them takes longer than most expressions.
static LANGUAGE: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// Answers the conditions of one call. What they see is made when the first is asked.
pub(crate) struct Conditions<'a> {
    call: &'a Call,
    context: OnceCell<Context<'static, 'static>>,
}

/// An expression that could not be run, or that gave something else than a yes or a no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ConditionFailed;

impl<'a> Conditions<'a> {
    /// For this call.
    pub(crate) fn new(call: &'a Call) -> Self {
        Self { call, context: OnceCell::new() }
    }

    /// Whether a condition holds; none always does.
    pub(crate) fn hold(&self, when: Option<&When>) -> Result<bool, ConditionFailed> {
        let Some(when) = when else { return Ok(true) };
        if self.call.tools.len() > MAX_TOOLS && when.source.contains("tools") {
            return Err(ConditionFailed);
        }
        match when.program.execute(self.context.get_or_init(|| context(self.call))) {
            Ok(Value::Bool(holds)) => Ok(holds),
            Ok(_) | Err(_) => Err(ConditionFailed),
        }
    }
}

fn context(call: &Call) -> Context<'static, 'static> {
    let mut context = Context::with_env(Arc::clone(&LANGUAGE));
    context.add_variable_from_value("request", request(call));
    context.add_variable_from_value("identity", identity(call));
    context
}

fn request(call: &Call) -> Value {
    map([
        ("dialect", Value::from(call.dialect.as_str())),
        ("model", Value::from(call.model.as_str())),
        ("provider", Value::from(call.provider.as_str())),
        ("region", Value::from(call.region.as_str())),
        ("stream", Value::Bool(call.stream)),
        ("tools", texts(&call.tools)),
    ])
}

fn identity(call: &Call) -> Value {
    let identity = &call.identity;
    let claims = identity.claims.iter().map(|(name, value)| (name.as_str(), from_json(value)));
    map([
        ("id", Value::from(identity.id.as_str())),
        ("kind", Value::from(kind_word(identity.kind))),
        ("groups", texts(&identity.groups)),
        ("claims", map(claims)),
    ])
}

/// The word that records have for it, too.
fn kind_word(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::Anonymous => "anonymous",
        IdentityKind::ApiKey => "api_key",
        IdentityKind::Jwt => "jwt",
        IdentityKind::Provider => "provider",
    }
}

fn map<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    Value::Map(Map::from(entries.into_iter().collect::<HashMap<_, _>>()))
}

fn texts(texts: &[String]) -> Value {
    Value::from(texts.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Whole numbers become `int`, so that `claims.level > 3` compares like with like.
fn from_json(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(yes) => Value::Bool(*yes),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) => Value::Int(whole),
            None => number.as_f64().map_or(Value::Null, Value::Float),
        },
        serde_json::Value::String(text) => Value::from(text.as_str()),
        serde_json::Value::Array(items) => Value::from(items.iter().map(from_json).collect::<Vec<_>>()),
        serde_json::Value::Object(entries) => {
            map(entries.iter().map(|(name, value)| (name.as_str(), from_json(value))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::Identity;

    fn call() -> Call {
        let mut identity = Identity::anonymous();
        identity.kind = IdentityKind::Jwt;
        identity.groups = vec!["support".to_owned()];
        identity.claims.insert("level".to_owned(), serde_json::json!(4));
        identity.claims.insert("mail".to_owned(), serde_json::json!({"verified": true}));
        Call {
            dialect: "openai_chat".to_owned(),
            model: "gpt-4o".to_owned(),
            provider: "aws".to_owned(),
            region: "eu-west-1".to_owned(),
            stream: true,
            tools: vec!["search".to_owned(), "mail".to_owned()],
            messages: 2,
            identity,
            ip: String::new(),
            estimated_tokens: 10,
        }
    }

    fn when(source: &str) -> When {
        When { source: source.into(), program: Arc::new(cel::Program::compile(source).unwrap()) }
    }

    #[test]
    fn a_condition_sees_the_call_and_the_identity() {
        let rows = [
            ("request.dialect == 'openai_chat'", Ok(true)),
            ("request.model.startsWith('gpt-')", Ok(true)),
            ("request.provider in ['azure', 'gcp']", Ok(false)),
            ("request.region == 'eu-west-1' && request.stream", Ok(true)),
            ("'mail' in request.tools", Ok(true)),
            ("request.tools.exists(t, t.startsWith('delete_'))", Ok(false)),
            ("size(request.tools) == 2", Ok(true)),
            ("identity.id == 'anonymous'", Ok(true)),
            ("identity.kind == 'jwt'", Ok(true)),
            ("'support' in identity.groups", Ok(true)),
            ("identity.claims.level > 3", Ok(true)),
            ("identity.claims.level == 4.0", Ok(true)),
            ("identity.claims.mail.verified", Ok(true)),
            ("has(identity.claims.team) && identity.claims.team == 'a'", Ok(false)),
            ("request.model.matches('^gpt-[0-9]')", Ok(true)),
            ("identity.claims.team == 'a'", Err(ConditionFailed)),
            ("request.model", Err(ConditionFailed)),
            ("identity.claims.level / 0 == 1", Err(ConditionFailed)),
            ("request.model.matches('(')", Err(ConditionFailed)),
        ];
        let call = call();
        let conditions = Conditions::new(&call);
        for (source, expected) in rows {
            assert_eq!(conditions.hold(Some(&when(source))), expected, "{source}");
        }
    }

    #[test]
    fn no_condition_always_holds() {
        assert_eq!(Conditions::new(&call()).hold(None), Ok(true));
    }

    #[test]
    fn a_caller_cannot_make_a_condition_slow_with_many_tools() {
        let mut call = call();
        call.tools = vec![String::from("a"); MAX_TOOLS + 1];
        let slow = when("request.tools.exists(a, request.tools.exists(b, a != b))");
        assert_eq!(Conditions::new(&call).hold(Some(&slow)), Err(ConditionFailed));
        assert_eq!(Conditions::new(&call).hold(Some(&when("request.stream"))), Ok(true));
    }
}
