"""The official Anthropic SDK, as it comes, against `sallyport serve`: only its base URL is ours."""

import anthropic

from cases import arguments, only_record, passed, raises

url, key, log = arguments()
client = anthropic.Anthropic(base_url=url, api_key=key)


def message(text, **more):
    return client.messages.create(
        model="echo-1", max_tokens=100, messages=[{"role": "user", "content": text}], **more
    )


answer = message("Hello from the SDK")
assert "Hello from the SDK" in answer.content[0].text, answer
assert answer.usage.output_tokens > 0, answer
assert len(log.new_records()) == 2, "one record for each gate"
passed("a message")

weather = {
    "name": "get_weather",
    "description": "Tells the weather of a city.",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
}
answer = message('call get_weather {"city": "Paris"}', tools=[weather])
(call,) = [block for block in answer.content if block.type == "tool_use"]
assert (call.name, call.input) == ("get_weather", {"city": "Paris"}), call
assert answer.stop_reason == "tool_use", answer
answer = client.messages.create(
    model="echo-1",
    max_tokens=100,
    tools=[weather],
    messages=[
        {"role": "user", "content": "The weather of Paris?"},
        {"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in answer.content]},
        {
            "role": "user",
            "content": [{"type": "tool_result", "tool_use_id": call.id, "content": "18 degrees"}],
        },
    ],
)
assert answer.content, answer
assert len(log.new_records()) == 4, "two calls"
passed("tool calls")

error = raises(anthropic.PermissionDeniedError, lambda: message("1 UNION SELECT password FROM users"))
assert error.status_code == 403 and error.body["error"]["type"] == "permission_error", error
assert "UNION" not in str(error), error
record = only_record(log, "block")
assert record["reasons"] == ["no-sql"], record
passed("a block, raised once")

answer = message("My SSN is 536-22-1234.")
assert "536-22" not in answer.content[0].text, answer
assert "[REDACTED]" in answer.content[0].text, answer
assert log.new_records()[-1]["decision"] == "constrain"
passed("a redaction")

error = raises(anthropic.RateLimitError, lambda: message("One more"))
assert error.status_code == 429, error
assert int(error.response.headers["retry-after"]) > 0, error.response.headers
only_record(log, "constrain")
passed("a throttled call")
