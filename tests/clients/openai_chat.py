"""The official OpenAI SDK, as it comes, against `sallyport serve`: only its base URL is ours."""

import json

import openai

from cases import arguments, only_record, passed, raises

url, key, log = arguments()
client = openai.OpenAI(base_url=f"{url}/v1", api_key=key)


def chat(text, **more):
    return client.chat.completions.create(
        model="echo-1", messages=[{"role": "user", "content": text}], **more
    )


answer = chat("Hello from the SDK")
assert "Hello from the SDK" in answer.choices[0].message.content, answer
assert answer.usage.total_tokens > 0, answer
assert len(log.new_records()) == 2, "one record for each gate"
passed("chat")

weather = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Tells the weather of a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}
answer = chat('call get_weather {"city": "Paris"}', tools=[weather])
(call,) = answer.choices[0].message.tool_calls
assert call.function.name == "get_weather", call
assert json.loads(call.function.arguments) == {"city": "Paris"}, call
assert answer.choices[0].finish_reason == "tool_calls", answer
answer = client.chat.completions.create(
    model="echo-1",
    tools=[weather],
    messages=[
        {"role": "user", "content": "The weather of Paris?"},
        answer.choices[0].message.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": call.id, "content": "18 degrees"},
    ],
)
assert answer.choices[0].message.content, answer
assert len(log.new_records()) == 4, "two calls"
passed("tool calls")

error = raises(openai.PermissionDeniedError, lambda: chat("1 UNION SELECT password FROM users"))
assert error.status_code == 403 and error.code == "policy_blocked", error
assert "UNION" not in str(error), error
record = only_record(log, "block")
assert record["reasons"] == ["no-sql"], record
passed("a block, raised once")

answer = chat("My SSN is 536-22-1234.")
assert "536-22" not in answer.choices[0].message.content, answer
assert "[REDACTED]" in answer.choices[0].message.content, answer
assert log.new_records()[-1]["decision"] == "constrain"
passed("a redaction")

error = raises(openai.RateLimitError, lambda: chat("One more"))
assert error.status_code == 429, error
assert int(error.response.headers["retry-after"]) > 0, error.response.headers
only_record(log, "constrain")
passed("a throttled call")
