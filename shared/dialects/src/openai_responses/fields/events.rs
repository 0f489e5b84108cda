//! What only the events of a streamed answer say. All of them are named by `type`; their texts stand in members that
//! have the same names in all of them.

use policy::ContentType;

use crate::fields::Field;
use crate::fields::Reads::{Arguments, Content, Opaque, Repeats, Shape, Structure, Text};

pub(super) const FIELDS: &[Field] = &[
    Field::stream("type", Structure, "what has happened"),
    Field::stream("item_id", Structure, "the item it happened to"),
    Field::stream("stream_id", Structure, "the answer it happened to, where several share a connection"),
    Field::stream("item", Shape("items"), "an item that begins or has ended"),
    Field::stream("part", Shape("parts"), "a part that begins or has ended"),
    Field::stream("annotation", Shape("annotation"), "what a text rests on"),
    Field::stream("delta", Text, "what a text goes on with; or sound"),
    Field::stream("delta.stdout", Text, "what a command's output goes on with"),
    Field::stream("delta.stderr", Text, "what its errors go on with"),
    Field::stream("text", Text, "a text that has ended"),
    Field::stream("refusal", Text, "a refusal that has ended"),
    Field::stream("name", Structure, "the function that is called"),
    Field::stream("arguments", Arguments, "the arguments of a call that is complete"),
    Field::stream("input", Text, "the same of a free-form tool"),
    Field::stream("code", Text, "a program that has ended; the word of a fault"),
    Field::stream("command", Text, "a command that begins or has ended"),
    Field::stream("output[]", Shape("printed"), "what a command gave back"),
    Field::stream("logprobs", Repeats, "a text again, word by word, with probabilities"),
    Field::stream("obfuscation", Opaque, "random letters that hide how long a text is"),
    Field::stream("partial_image_b64", Content(ContentType::Image), "an image so far"),
    Field::stream("background", Structure, "its background"),
    Field::stream("output_format", Structure, "its format"),
    Field::stream("quality", Structure, "how fine it is"),
    Field::stream("size", Structure, "how large it is"),
    Field::stream("message", Text, "what went wrong"),
    Field::stream("param", Structure, "the member at fault"),
    Field::stream("reason", Structure, "why a steer waits"),
    Field::stream("required_input", Shape("items"), "what it waits for"),
    Field::stream("steer.id", Structure, "a steer that came in on the way"),
    Field::stream("steer.previous_response_id", Structure, "the answer that it steers"),
    Field::stream("steer.input", Shape("items"), "what it says"),
];
