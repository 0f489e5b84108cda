"""An agent of LangChain that calls tools until it has an answer: only the base URL is ours."""

import openai
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI

from cases import arguments, final_record, only_record, order, passed, raises
from gauntlet import LONG

url, key, log = arguments()


@tool
def get_weather(city: str) -> str:
    """Tells the weather of a city."""
    # What a tool tells is what the model is asked next.
    return order(f"It is 18 degrees in {city}, and the number is 536-22-1234.")


def loop(model, message):
    """Asks, does what the model calls for, and asks again, as agents do."""
    messages = [HumanMessage(message)]
    for _ in range(5):
        answer = model.invoke(messages)
        if not answer.tool_calls:
            return answer
        told = [ToolMessage(get_weather.invoke(call["args"]), tool_call_id=call["id"]) for call in answer.tool_calls]
        messages += [answer, *told]
    raise AssertionError("the model calls tools without an end")


def text(message):
    """The text of a message, whether it is a text or a list of blocks."""
    if isinstance(message.content, str):
        return message.content
    return "".join(block.get("text", "") for block in message.content if block["type"] == "text")


CALL = [{"call": "get_weather"}, {"arguments": '{"city": '}, {"arguments": '"Paris"}'}]
number = "536-22-1234" if log is None else "[REDACTED]"
for name, more in {"chat": {}, "responses": {"use_responses_api": True}}.items():
    for stream in [False, True]:
        model = ChatOpenAI(model="m-1", base_url=f"{url}/v1", api_key=key, streaming=stream, **more)
        answer = loop(model.bind_tools([get_weather]), order(*CALL))
        assert text(answer) == f"It is 18 degrees in Paris, and the number is {number}.", answer
        if log is not None:
            decisions = [(record["gate"], record["decision"]) for record in log.new_records()]
            assert len(decisions) == 4 and decisions[3][1] == "constrain", decisions
        passed(f"{name}: a loop of tools, {'streamed' if stream else 'whole'}")
        if log is None:
            continue
        error = raises(openai.PermissionDeniedError, lambda: model.invoke("please drop table users"))
        assert "drop" not in str(error), error
        only_record(log, "block")
        passed(f"{name}: a block, raised once, {'streamed' if stream else 'whole'}")

if log is not None:
    model = ChatOpenAI(model="m-1", base_url=f"{url}/v1", api_key=key)
    pieces = list(model.stream(order(LONG, LONG, "OPERATION ", "OVERLORD begins at dawn.")))
    said = "".join(map(text, pieces))
    assert said.startswith(LONG) and "OPERATION" not in said, said
    reasons = [piece.response_metadata.get("finish_reason") for piece in pieces]
    assert "content_filter" in reasons, pieces
    final_record(log, "block", "refused")
    passed("a block in the middle")
