//! The items of an answer that are calls: of the caller's tools, of MCP servers, of the vendor's own.

use policy::{Action, ActionKind};
use serde_json::{Map, Value as Json};

use crate::actions;
use crate::json::Value;
use crate::urls::urls_in;

/// What of a call says with what it is made.
enum Arguments {
    /// Several members, as one object.
    Members(&'static [&'static str]),
    /// One member; may be JSON in a string.
    Sole(&'static str),
}

use Arguments::{Members, Sole};

/// The types of items that are calls, sorted. A call of another type takes everything that it has for arguments.
const CALLS: &[(&str, Arguments)] = &[
    ("apply_patch_call", Sole("operation")),
    ("code_interpreter_call", Members(&["code", "container_id"])),
    ("computer_call", Members(&["action", "actions"])),
    ("custom_tool_call", Sole("input")),
    ("file_search_call", Members(&["queries"])),
    ("function_call", Sole("arguments")),
    ("image_generation_call", Members(&["action", "revised_prompt"])),
    ("local_shell_call", Sole("action")),
    ("mcp_approval_request", Sole("arguments")),
    ("mcp_call", Sole("arguments")),
    ("program", Members(&["code"])),
    ("shell_call", Sole("action")),
    ("tool_search_call", Sole("arguments")),
    ("web_search_call", Sole("action")),
];

/// The calls that the vendor makes on its own side: when one is heard of, it has been made.
const MADE: [&str; 5] =
    ["code_interpreter_call", "file_search_call", "image_generation_call", "program", "web_search_call"];

/// Whether an item is a call that is still to be made, so that nothing of it goes out before it is judged.
pub(super) fn is_to_be_made(item: Value<'_>) -> bool {
    let kind = item.member_text("type").unwrap_or_default();
    is_call(&kind) && !MADE.contains(&kind.as_ref())
}

/// The call that an item of the answer is, if it is one. It has the tool's name, or the item's type.
pub(super) fn call(item: Value<'_>, index: usize) -> Option<Action> {
    let kind = item.member_text("type").filter(|kind| is_call(kind))?;
    let name = item.member_text("name").filter(|name| !name.is_empty());
    let name = name.map_or_else(|| kind.strip_suffix("_call").unwrap_or(&kind).to_owned(), Into::into);
    let field = format!("output[{index}]");
    let row = CALLS.iter().find(|(known, _)| *known == kind);
    match row.map(|(_, arguments)| arguments) {
        Some(Sole(member)) => Some(actions::call(Some(name), item.member(member), field)),
        Some(Members(names)) => Some(built(name, names, item, field)),
        None => Some(actions::call(Some(name), Some(item), field)),
    }
}

fn is_call(kind: &str) -> bool {
    kind.ends_with("_call") || CALLS.iter().any(|(known, _)| *known == kind)
}

fn built(name: String, names: &[&str], item: Value<'_>, field: String) -> Action {
    let members = names.iter().filter_map(|name| {
        let value = serde_json::from_str(item.member(name)?.raw()).ok()?;
        Some(((*name).to_owned(), value))
    });
    let arguments = Json::from(members.collect::<Map<_, _>>());
    let urls = urls_in(&arguments);
    Action { kind: ActionKind::ToolCall, name, method: String::new(), urls, arguments, field }
}
