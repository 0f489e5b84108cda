"""The official Anthropic SDK, as it comes, and streamed answers: the model says what it is ordered to say."""

import anthropic

from cases import arguments, cuts, final_record, order, passed, raises

url, key, log = arguments()
client = anthropic.Anthropic(base_url=url, api_key=key)

LONG = "This is said first, and it is as harmless as anything can be. "


def asked(message):
    return {"model": "m-1", "max_tokens": 100, "messages": [{"role": "user", "content": message}]}


def stream(message):
    return client.messages.create(**asked(message), stream=True)


def text(events):
    """The text of an answer, as callers put it together."""
    deltas = [event.delta for event in events if event.type == "content_block_delta"]
    return "".join(delta.text for delta in deltas if delta.type == "text_delta")


events = list(stream(order("Hello", " from", " the SDK. ", LONG)))
assert text(events) == "Hello from the SDK. " + LONG, events
assert (events[0].type, events[-1].type) == ("message_start", "message_stop"), events
final_record(log, "allow", "ok")
passed("a streamed text")

call = [{"call": "get_weather"}, {"arguments": '{"ci'}, {"arguments": 'ty": "Par'}, {"arguments": 'is"}'}]
with client.messages.stream(**asked(order("One moment. ", *call))) as helper:
    message = helper.get_final_message()
assert [block.type for block in message.content] == ["text", "tool_use"], message
assert (message.content[1].name, message.content[1].input) == ("get_weather", {"city": "Paris"}), message
assert message.stop_reason == "tool_use", message
final_record(log, "allow", "ok")
passed("streamed tool calls")

events = list(stream(order("Hello.")))
assert events[0].message.usage.input_tokens == 11, events
(usage,) = [event.usage for event in events if event.type == "message_delta"]
assert usage.output_tokens == 7, usage
record = final_record(log, "allow", "ok")
assert record["usage"] == {"input_tokens": 11, "output_tokens": 7}, record
passed("the tokens of a stream")

signed = [{"reasoning": "Let me think, "}, {"reasoning": "and so on."}, {"signature": "c2lnbmVk"}]
with client.messages.stream(**asked(order(*signed, "It is 536", "-22-1234."))) as helper:
    pieces = "".join(helper.text_stream)
    message = helper.get_final_message()
assert pieces == "It is [REDACTED].", pieces
thinking, answer = message.content
assert (thinking.thinking, thinking.signature) == ("Let me think, and so on.", "c2lnbmVk"), thinking
assert answer.text == "It is [REDACTED].", answer
final_record(log, "constrain", "ok")
passed("the SDK's own helper for streams, and signed reasoning")

for value in ["536-22-1234", "4111 1111 1111 1111", "ada@example.org", "E-123456"]:
    for before, after in cuts(f"Say {value} to all."):
        answer = text(stream(order(before, after)))
        assert answer == "Say [REDACTED] to all.", (before, after, answer)
        final_record(log, "constrain", "ok")
passed("a value, cut at every place")

error = raises(anthropic.PermissionDeniedError, lambda: list(stream(order("OPERATION ", "OVERLORD"))))
assert error.status_code == 403 and error.body["error"]["type"] == "permission_error", error
assert "OVERLORD" not in str(error), error
final_record(log, "block", "refused")
passed("a block before the first byte, raised once")

with client.messages.stream(**asked(order(LONG, LONG, "OPERATION ", "OVERLORD begins at dawn.", LONG))) as helper:
    pieces = "".join(helper.text_stream)
    message = helper.get_final_message()
assert pieces.startswith(LONG) and "OPERATION" not in pieces and "dawn" not in pieces, pieces
assert message.stop_reason == "refusal" and message.content[0].text == pieces, message
final_record(log, "block", "refused")
passed("a block in the middle")

for ends in ["break_off", "early", "error"]:
    came = []

    def read():
        for event in stream(order(LONG, "And 536-22", ends=ends)):
            came.append(event)

    error = raises(anthropic.APIError, read)
    assert "536-" not in str(error) and error.body["error"]["message"], error
    assert text(came).startswith("This is said first"), came
    # After an error of the upstream's own nothing follows, so what it said is known to be no number.
    assert "536" not in text(came) or ends == "error", came
    records = log.new_records()
    assert len(records) == 2 and records[1]["final"], records
passed("an upstream that fails in the middle")

assert client.messages.count_tokens(model="m-1", messages=[{"role": "user", "content": "Hello"}]).input_tokens == 11
assert [model.id for model in client.models.list()] == ["m-1"]
log.new_records()
passed("tokens are counted, and models are listed")
