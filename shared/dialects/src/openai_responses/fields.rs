//! The field table of OpenAI Responses. Sources: the API's published description and the types of the official Python
//! client. What is said stands in [`mod@items`], what is offered in [`mod@tools`], what surrounds both in
//! [`mod@top`], and what only events say in [`mod@events`].

use std::sync::LazyLock;

use policy::Role;

use crate::fields::{Field, Speaker};

mod events;
mod items;
mod tools;
mod top;

const BY_ASSISTANT: Speaker = Speaker::Of(Role::Assistant);
const BY_SYSTEM: Speaker = Speaker::Of(Role::System);
const BY_TOOL: Speaker = Speaker::Of(Role::Tool);
const BY_USER: Speaker = Speaker::Of(Role::User);

/// Every row.
pub(super) static FIELDS: LazyLock<Vec<Field>> =
    LazyLock::new(|| [top::ASKED, top::REPEATED, items::FIELDS, tools::FIELDS, events::FIELDS].concat());
