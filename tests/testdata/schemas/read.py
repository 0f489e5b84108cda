"""Writes down every place of a string that the vendors' own clients know, one list for each dialect.

The lists (`<dialect>.txt`, beside this file) are facts: where a string may stand in a request, an answer or an
event. A test walks them and fails for a place that no row of the dialect's field table names. Run by hand, when
a vendor's client has a new version, with the versions of `requirements.txt`:

    python -m venv venv && venv/bin/pip install -r requirements.txt && venv/bin/python read.py

A line is `<where> <kind> <place>`. Where: `request`, `answer`, `stream` (one event of it), or `@Name`, a type that
stands in several places. Kind: `text`; `word`, from a fixed list; `bytes`, encoded; `any`, a value without a type of
its own; or `@Name`, a value of that type. A place is written from the top of the body or of the type: `name` is a
member, `[]` an element, `[type=word]` a value whose member `type` is that word, `*` a member of any name.

To add a dialect, add a function that adds its types, and a row to `DIALECTS`.
"""


import collections
import collections.abc
import enum
import gzip
import importlib.metadata
import itertools
import json
import pathlib
import sys
import types
import typing

import pydantic
import typing_extensions

HERE = pathlib.Path(__file__).parent

# What Google writes in front of the names of its types.
GOOGLE = "GoogleCloudAiplatformV1"

# A member `type` with more words than this does not tell one type from another.
FEW = 3


def is_union(hint):
    return typing_extensions.get_origin(hint) in (typing.Union, types.UnionType)


def unwrapped(hint):
    """A type without what is said about it."""
    while True:
        origin = typing_extensions.get_origin(hint)
        if origin in (typing_extensions.Required, typing_extensions.NotRequired, typing_extensions.Annotated):
            hint = typing_extensions.get_args(hint)[0]
        elif isinstance(hint, typing_extensions.TypeAliasType):
            hint = hint.__value__
        else:
            return hint


def has_members(hint):
    return isinstance(hint, type) and (
        typing_extensions.is_typeddict(hint) or issubclass(hint, pydantic.BaseModel)
    )


def members_of(kind):
    """Each member of a type: its name on the wire, its type, and whether it may be missing."""
    if typing_extensions.is_typeddict(kind):
        for name, hint in typing_extensions.get_type_hints(kind, include_extras=True).items():
            required = typing_extensions.get_origin(hint) is typing_extensions.Required
            yield alias(hint) or name, hint, not (required or name in kind.__required_keys__)
    else:
        for name, field in kind.model_fields.items():
            yield field.alias or name, field.annotation, type(None) in typing_extensions.get_args(field.annotation)


def alias(hint):
    """The name on the wire, where the client's name differs."""
    if typing_extensions.get_origin(hint) in (typing_extensions.Required, typing_extensions.NotRequired):
        hint = typing_extensions.get_args(hint)[0]
    return next((said.alias for said in getattr(hint, "__metadata__", ()) if getattr(said, "alias", None)), None)


def selectors(kind):
    """How a value of this type is told from others: by its member `type`, where that is one of few words."""
    for name, hint, optional in members_of(kind):
        words = words_of(hint) if name == "type" else []
        if words:
            return [f"[type={word}]" for word in words] + ([""] if optional else [])
    return [""]


def words_of(hint):
    hint = unwrapped(hint)
    if is_union(hint):
        parts = [part for part in typing_extensions.get_args(hint) if part is not type(None)]
        return words_of(parts[0]) if len(parts) == 1 else []
    if typing_extensions.get_origin(hint) is typing_extensions.Literal:
        words = typing_extensions.get_args(hint)
        return list(words) if len(words) <= FEW and all(isinstance(word, str) for word in words) else []
    return []


class Shapes:
    """The types of one dialect: each with its lines, which are pairs of a kind, or of another type, and of steps."""

    def __init__(self):
        self.lines = {}
        self.names = {}

    def name(self, key, name):
        """The name of a type, and whether it is new; types of one name are numbered."""
        if key in self.names:
            return self.names[key], False
        taken = set(self.names.values())
        names = itertools.chain([f"@{name}"], (f"@{name}_{number}" for number in itertools.count(2)))
        self.names[key] = next(found for found in names if found not in taken)
        return self.names[key], True

    def add(self, into, pairs):
        self.lines.setdefault(into, []).extend(pairs)

    def types(self, body, hint):
        self.add(body, self.of_type(hint, ""))

    def of_type(self, hint, place):
        """The strings in a value of a Python type."""
        hint = unwrapped(hint)
        origin, parts = typing_extensions.get_origin(hint), typing_extensions.get_args(hint)
        if hint is str:
            yield "text", place
        elif hint is bytes:
            yield "bytes", place
        elif hint in (typing.Any, object, dict):
            yield "any", place
        elif origin is typing_extensions.Literal:
            if any(isinstance(word, str) for word in parts):
                yield "word", place
        elif isinstance(hint, type) and issubclass(hint, enum.Enum):
            yield "word", place
        elif is_union(hint):
            for part in parts:
                yield from self.of_type(part, place)
        elif has_members(hint):
            yield self.of_members(hint), place
        elif origin is not None and issubclass(origin, collections.abc.Mapping):
            yield from self.of_type(parts[1], f"{place}.*")
        elif origin is not None and issubclass(origin, collections.abc.Iterable):
            yield from self.of_type(parts[0], f"{place}[]")

    def of_members(self, kind):
        name, new = self.name(kind, kind.__name__)
        if new:
            pairs = (
                self.of_type(member, f"{selector}.{member_name}")
                for selector in selectors(kind)
                for member_name, member, _ in members_of(kind)
            )
            self.add(name, itertools.chain.from_iterable(list(found) for found in pairs))
        return name

    def discovered(self, body, schemas, schema, place=""):
        self.add(body, self.of_discovered(schemas, schema, place))

    def of_discovered(self, schemas, schema, place):
        """The strings in a value of a type in Google's own description of an API."""
        if "$ref" in schema:
            name, new = self.name(schema["$ref"], schema["$ref"].removeprefix(GOOGLE))
            if new:
                self.add(name, list(self.of_discovered(schemas, schemas[schema["$ref"]], "")))
            yield name, place
            return
        match schema.get("type"):
            case "string":
                yield "word" if "enum" in schema else "bytes" if schema.get("format") == "byte" else "text", place
            case "any":
                yield "any", place
            case "array":
                yield from self.of_discovered(schemas, schema["items"], f"{place}[]")
            case "object":
                if "additionalProperties" in schema:
                    yield from self.of_discovered(schemas, schema["additionalProperties"], f"{place}.*")
                for name, member in schema.get("properties", {}).items():
                    yield from self.of_discovered(schemas, member, f"{place}.{name}")

    def described(self, body, shapes, name, place=""):
        self.add(body, self.of_described(shapes, name, place))

    def of_described(self, shapes, name, place):
        """The strings in a value of a type in the description that AWS gives of a service."""
        shape = shapes[name]
        if shape.get("document"):
            yield "any", place
            return
        match shape["type"]:
            case "string":
                yield "word" if "enum" in shape else "text", place
            case "blob":
                yield "bytes", place
            case "list":
                yield from self.of_described(shapes, shape["member"]["shape"], f"{place}[]")
            case "map":
                yield from self.of_described(shapes, shape["value"]["shape"], f"{place}.*")
            case "structure":
                known, new = self.name(name, name)
                if new:
                    members = ((key, of) for key, of in shape["members"].items() if "location" not in of)
                    found = (list(self.of_described(shapes, of["shape"], f".{key}")) for key, of in members)
                    self.add(known, list(itertools.chain.from_iterable(found)))
                yield known, place

    def written(self):
        """The lines of the list: the bodies first, then the types."""
        lines = {name: sorted(set(pairs)) for name, pairs in self.lines.items()}
        before = None
        while lines != before:
            before, lines = lines, with_single_types_in_place(without_twins(without_empty_types(lines)))
        order = sorted(lines, key=lambda name: (name.startswith("@"), name))
        return [f"{name} {kind} {place}".replace(" .", " ") for name in order for kind, place in lines[name]]


def is_type(name):
    return name.startswith("@")


def without_empty_types(lines):
    full = {name for name, pairs in lines.items() if pairs}
    return {
        name: [(kind, place) for kind, place in lines[name] if not is_type(kind) or kind in full]
        for name in lines
        if name in full
    }


def without_twins(lines):
    """Of types with the same lines the first stays."""
    first = {}
    for name in filter(is_type, lines):
        first.setdefault(tuple(lines[name]), name)
    stays = {name: first[tuple(pairs)] if is_type(name) else name for name, pairs in lines.items()}
    return {
        name: sorted({(stays.get(kind, kind), place) for kind, place in pairs})
        for name, pairs in lines.items()
        if stays[name] == name
    }


def with_single_types_in_place(lines):
    """A type that is used once, or is a whole body, stands there and needs no name."""
    used = collections.Counter(kind for pairs in lines.values() for kind, _ in pairs)
    shown = {name: set() for name in lines if not is_type(name) or used[name]}
    for name, pairs in shown.items():
        for kind, place in lines[name]:
            if is_type(kind) and kind != name and (used[kind] == 1 or not place):
                pairs.update((below, place + steps) for below, steps in lines[kind])
            else:
                pairs.add((kind, place))
    return {name: sorted(pairs) for name, pairs in shown.items()}


def openai_chat(shapes):
    from openai.types.chat import ChatCompletion, ChatCompletionChunk, completion_create_params as asked

    shapes.types("request", asked.CompletionCreateParamsNonStreaming)
    shapes.types("answer", ChatCompletion)
    shapes.types("stream", ChatCompletionChunk)


def openai_responses(shapes):
    from openai.types import responses
    from openai.types.responses import response_create_params as asked

    shapes.types("request", asked.ResponseCreateParamsNonStreaming)
    shapes.types("answer", responses.Response)
    shapes.types("stream", responses.ResponseStreamEvent)


def openai_embeddings(shapes):
    from openai.types import CreateEmbeddingResponse, EmbeddingCreateParams

    shapes.types("request", EmbeddingCreateParams)
    shapes.types("answer", CreateEmbeddingResponse)


def anthropic_messages(shapes):
    from anthropic import types as plain
    from anthropic.types import beta, message_count_tokens_params, message_create_params
    from anthropic.types.beta import message_count_tokens_params as beta_count
    from anthropic.types.beta import message_create_params as beta_asked

    shapes.types("request", message_create_params.MessageCreateParamsNonStreaming)
    shapes.types("request", message_count_tokens_params.MessageCountTokensParams)
    shapes.types("request", beta_asked.MessageCreateParamsNonStreaming)
    shapes.types("request", beta_count.MessageCountTokensParams)
    shapes.types("answer", plain.Message)
    shapes.types("answer", beta.BetaMessage)
    shapes.types("stream", plain.RawMessageStreamEvent)
    shapes.types("stream", beta.BetaRawMessageStreamEvent)


def gemini_generate(shapes):
    import googleapiclient
    from google.genai import types as genai

    asked = {
        "cachedContent": str,
        "contents": list[genai.Content],
        "generationConfig": genai.GenerationConfig,
        "labels": dict[str, str],
        "modelArmorConfig": genai.ModelArmorConfig,
        "safetySettings": list[genai.SafetySetting],
        "systemInstruction": genai.Content,
        "toolConfig": genai.ToolConfig,
        "tools": list[genai.Tool],
    }
    for name, hint in asked.items():
        shapes.add("request", shapes.of_type(hint, f".{name}"))
    shapes.types("answer", genai.GenerateContentResponse)
    shapes.types("answer", genai.CountTokensResponse)
    folder = pathlib.Path(googleapiclient.__file__).parent / "discovery_cache/documents"
    schemas = json.loads((folder / "aiplatform.v1.json").read_text())["schemas"]
    for name in ("GenerateContent", "CountTokens"):
        shapes.discovered("request", schemas, {"$ref": f"{GOOGLE}{name}Request"})
        shapes.discovered("answer", schemas, {"$ref": f"{GOOGLE}{name}Response"})


def bedrock_converse(shapes):
    import botocore

    path = pathlib.Path(botocore.__file__).parent / "data/bedrock-runtime/2023-09-30/service-2.json.gz"
    service = json.loads(gzip.decompress(path.read_bytes()))
    described, operations = service["shapes"], service["operations"]
    for name in ("Converse", "ConverseStream", "CountTokens"):
        shapes.described("request", described, operations[name]["input"]["shape"])
    shapes.described("answer", described, operations["Converse"]["output"]["shape"])
    for error in operations["Converse"]["errors"]:
        shapes.described("answer", described, error["shape"])
    for event, of_event in described["ConverseStreamOutput"]["members"].items():
        shapes.described("stream", described, of_event["shape"], f"[type={event}]")


DIALECTS = {
    "anthropic_messages": (["anthropic"], anthropic_messages),
    "bedrock_converse": (["botocore"], bedrock_converse),
    "gemini_generate": (["google-genai", "google-api-python-client"], gemini_generate),
    "openai_chat": (["openai"], openai_chat),
    "openai_embeddings": (["openai"], openai_embeddings),
    "openai_responses": (["openai"], openai_responses),
}


def main(wanted):
    for dialect, (packages, read) in DIALECTS.items():
        if wanted and dialect not in wanted:
            continue
        shapes = Shapes()
        read(shapes)
        versions = " and ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
        head = f"# Where strings stand in bodies of {dialect}: facts from {versions}, written by read.py.\n"
        lines = shapes.written()
        (HERE / f"{dialect}.txt").write_text(head + "".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    main(sys.argv[1:])
