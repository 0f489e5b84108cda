"""The official OpenAI SDK, as it comes, and streamed answers: the model says what it is ordered to say."""

import json

import openai

from cases import arguments, cuts, final_record, order, passed, raises

url, key, log = arguments()
client = openai.OpenAI(base_url=f"{url}/v1", api_key=key)

LONG = "This is said first, and it is as harmless as anything can be. "


def asked(message):
    return {"model": "m-1", "messages": [{"role": "user", "content": message}]}


def stream(message, **more):
    return client.chat.completions.create(**asked(message), stream=True, **more)


def texts(chunks):
    """The text of each of the answers, as callers put it together."""
    texts = {}
    for chunk in chunks:
        for choice in chunk.choices:
            texts[choice.index] = texts.get(choice.index, "") + (choice.delta.content or "")
    return texts


chunks = list(stream(order("Hello", " from", " the SDK. ", LONG)))
assert texts(chunks) == {0: "Hello from the SDK. " + LONG}, chunks
assert chunks[-1].choices == [] or chunks[-1].choices[0].finish_reason == "stop", chunks
final_record(log, "allow", "ok")
passed("a streamed text")

pieces = {}
reasons = []
call = [{"call": "get_weather"}, {"arguments": '{"ci'}, {"arguments": 'ty": "Par'}, {"arguments": 'is"}'}]
for chunk in stream(order("One moment. ", *call)):
    for choice in chunk.choices:
        reasons += [choice.finish_reason] if choice.finish_reason else []
        for piece in choice.delta.tool_calls or []:
            known = pieces.setdefault(piece.index, {"id": piece.id, "name": "", "arguments": ""})
            known["name"] += piece.function.name or ""
            known["arguments"] += piece.function.arguments or ""
assert list(pieces) == [0] and pieces[0]["id"] and pieces[0]["name"] == "get_weather", pieces
assert json.loads(pieces[0]["arguments"]) == {"city": "Paris"}, pieces
assert reasons == ["tool_calls"], reasons
final_record(log, "allow", "ok")
passed("streamed tool calls")

turns = [
    {"choice": 0, "text": "The number is 536-"},
    {"choice": 1, "text": "Another: 4111 1111 "},
    {"choice": 0, "text": "22-1234."},
    {"choice": 1, "text": "1111 1111."},
]
answers = texts(stream(order(*turns), n=2))
assert answers == {0: "The number is [REDACTED].", 1: "Another: [REDACTED]."}, answers
final_record(log, "constrain", "ok")
passed("two streamed answers at once")

chunks = list(stream(order("Hello."), stream_options={"include_usage": True}))
(usage,) = [chunk.usage for chunk in chunks if chunk.usage]
assert (usage.prompt_tokens, usage.completion_tokens) == (11, 7), usage
record = final_record(log, "allow", "ok")
assert record["usage"] == {"input_tokens": 11, "output_tokens": 7}, record
passed("the tokens of a stream")

with client.chat.completions.stream(**asked(order("It is 536", "-22-1234. ", *call))) as events:
    kinds = [event.type for event in events]
    completion = events.get_final_completion()
assert "content.delta" in kinds and "tool_calls.function.arguments.done" in kinds, kinds
message = completion.choices[0].message
assert message.content == "It is [REDACTED]. ", message
assert json.loads(message.tool_calls[0].function.arguments) == {"city": "Paris"}, message
final_record(log, "constrain", "ok")
passed("the SDK's own helper for streams")

for value in ["536-22-1234", "4111 1111 1111 1111", "ada@example.org", "E-123456"]:
    for before, after in cuts(f"Say {value} to all."):
        pieces = [choice.delta.content or "" for c in stream(order(before, after)) for choice in c.choices]
        assert "".join(pieces) == "Say [REDACTED] to all.", (before, after, pieces)
        final_record(log, "constrain", "ok")
passed("a value, cut at every place")

error = raises(openai.PermissionDeniedError, lambda: list(stream(order("OPERATION ", "OVERLORD"))))
assert error.status_code == 403 and error.code == "policy_blocked", error
assert "OVERLORD" not in str(error), error
final_record(log, "block", "refused")
passed("a block before the first byte, raised once")

chunks = list(stream(order(LONG, LONG, "OPERATION ", "OVERLORD begins at dawn, ", "as planned.")))
answer = texts(chunks)[0]
assert answer.startswith(LONG) and "OPERATION" not in answer and "dawn" not in answer, answer
assert chunks[-1].choices[0].finish_reason == "content_filter", chunks
final_record(log, "block", "refused")
with client.chat.completions.stream(**asked(order(LONG, LONG, "OPERATION OVERLORD. ", LONG))) as events:
    # The helper has an error of its own for this, and tells it once, at the end.
    said = "".join(event.delta for event in events if event.type == "content.delta")
    raises(openai.ContentFilterFinishReasonError, events.get_final_completion)
assert said.startswith(LONG) and "OPERATION" not in said, said
final_record(log, "block", "refused")
passed("a block in the middle")

for ends in ["break_off", "early", "error"]:
    came = []

    def read():
        for chunk in stream(order(LONG, "And 536-22", ends=ends)):
            came.append(chunk.choices[0].delta.content or "")

    error = raises(openai.APIError, read)
    assert "536-" not in str(error) and str(error), error
    assert "".join(came).startswith("This is said first"), came
    # After an error of the upstream's own nothing follows, so what it said is known to be no number.
    assert "536" not in "".join(came) or ends == "error", came
    records = log.new_records()
    assert len(records) == 2 and records[1]["final"], records
passed("an upstream that fails in the middle")
