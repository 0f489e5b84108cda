"""The official OpenAI SDK with its Responses API and embeddings, on OpenAI and on Azure: only its base URL is ours."""

import openai

from cases import only_record, order, passed, raises
from gauntlet import SCHEMA, TOOL, Flavour, Said, arguments_of, run


class Responses(Flavour):
    refused = openai.PermissionDeniedError
    blocked = "content_filter"
    broken = openai.APIError
    tools = [{"type": "function", "name": TOOL[0], "description": TOOL[1], "parameters": SCHEMA, "strict": True}]

    def __init__(self, client):
        self.client = client

    def asked(self, message, tool):
        return {"model": "m-1", "input": message, **({"tools": self.tools} if tool else {})}

    def whole(self, message, tool):
        return self.read(self.client.responses.create(**self.asked(message, tool)))

    def streamed(self, message, tool):
        with self.client.responses.stream(**self.asked(message, tool)) as events:
            for event in events:
                if event.type == "response.output_text.delta":
                    yield Said(event.delta)
                elif event.type == "response.output_item.done" and event.item.type == "function_call":
                    yield Said(calls=[(event.item.name, arguments_of(event.item.arguments))])
                elif event.type in ("response.incomplete", "response.failed", "error"):
                    yield self.ended(event)
                elif event.type == "response.completed":
                    yield Said(end=event.response.status)

    def ended(self, event):
        """An answer that was cut short says why; one that failed is an error, which the SDK leaves to its callers."""
        if event.type == "response.incomplete":
            return Said(end=event.response.incomplete_details.reason)
        message = event.message if event.type == "error" else event.response.error.message
        raise openai.APIError(message, request=None, body=None)

    def read(self, response):
        calls = [item for item in response.output if item.type == "function_call"]
        calls = [(call.name, arguments_of(call.arguments)) for call in calls]
        return Said(response.output_text, calls, response.status)

    def check(self, error):
        assert error.status_code == 403 and error.code == "policy_blocked", error


def of_openai(url, key):
    return Responses(openai.OpenAI(base_url=f"{url}/v1", api_key=key))


def of_azure(url, key):
    client = openai.AzureOpenAI(azure_endpoint=url, api_key=key, api_version="2025-03-01-preview")
    return Responses(client)


def of_azure_v1(url, key):
    return Responses(openai.OpenAI(base_url=f"{url}/openai/v1", api_key=key))


flavours = {"responses": of_openai, "responses, azure": of_azure, "responses, azure v1": of_azure_v1}
url, key, log = run(flavours)


def embeds(name, client):
    """Embeddings: of texts, of a text that a rule is against, and of tokens, which nobody can read."""
    embed = lambda given: client.embeddings.create(model="m-1", input=given).data
    assert [list(row.embedding) for row in embed(["Hello", "there"])] == [[0.5, -0.25, 0.125]] * 2
    assert len(embed("Hello")) == 1
    if log is not None:
        assert len(log.new_records()) == 4
        error = raises(openai.PermissionDeniedError, lambda: embed(["Hello", "please drop table users"]))
        assert error.code == "policy_blocked" and "drop" not in str(error), error
        only_record(log, "block")
        for tokens in [[1, 2, 3], [[1, 2, 3], [4, 5]]]:
            error = raises(openai.BadRequestError, lambda: embed(tokens))
            assert "token" in str(error), error
            only_record(log, "block")
    passed(f"{name}: texts, and no tokens")


embeds("embeddings", openai.OpenAI(base_url=f"{url}/v1", api_key=key))
azure = openai.AzureOpenAI(azure_endpoint=url, api_key=key, api_version="2024-10-21")
embeds("embeddings, azure", azure)
embeds("embeddings, azure v1", openai.OpenAI(base_url=f"{url}/openai/v1", api_key=key))

client = openai.OpenAI(base_url=f"{url}/v1", api_key=key)
first = client.responses.create(model="m-1", input=order(*[{"call": "get_weather"}, {"arguments": "{}"}]))
(call,) = [item for item in first.output if item.type == "function_call"]
told = {"type": "function_call_output", "call_id": call.call_id, "output": order("It is 18 degrees.")}
second = client.responses.create(
    model="m-1", input=[{"role": "user", "content": "The weather?"}, call.model_dump(exclude_none=True), told]
)
assert second.output_text == "It is 18 degrees.", second
assert log is None or len(log.new_records()) == 4
passed("responses: what a tool has told")

if log is not None:
    for stored in [{"previous_response_id": "resp_1"}, {"conversation": "conv_1"}, {"background": True}]:
        ask = lambda: client.responses.create(model="m-1", input=order("Hello."), **stored)
        error = raises(openai.PermissionDeniedError, ask)
        assert "content_types" in str(error), error
        only_record(log, "block")
    passed("responses: what the vendor has stored is refused")
assert [model.id for model in client.models.list()] == ["m-1"]
passed("a list of models")
