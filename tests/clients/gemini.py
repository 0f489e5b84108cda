"""The official Google Gen AI SDK, with an API key and on Vertex AI: only its base URL is ours."""

import google.auth.credentials
from google import genai
from google.genai import errors, types

from cases import order, passed
from gauntlet import SCHEMA, TOOL, Flavour, Said, run


class Token(google.auth.credentials.Credentials):
    """A token that nobody has to be asked for."""

    def __init__(self, token):
        super().__init__()
        self.token = token

    def refresh(self, request):
        pass


class Gemini(Flavour):
    refused = errors.ClientError
    blocked = types.FinishReason.PROHIBITED_CONTENT
    broken = errors.APIError
    tools = [types.Tool(function_declarations=[{"name": TOOL[0], "description": TOOL[1], "parameters_json_schema": SCHEMA}])]

    def __init__(self, client):
        self.client = client

    def asked(self, message, tool):
        config = types.GenerateContentConfig(tools=self.tools if tool else None)
        return {"model": "m-1", "contents": message, "config": config}

    def whole(self, message, tool):
        return self.read(self.client.models.generate_content(**self.asked(message, tool)))

    def streamed(self, message, tool):
        yield from map(self.read, self.client.models.generate_content_stream(**self.asked(message, tool)))

    def read(self, answer):
        (candidate,) = answer.candidates
        parts = (candidate.content and candidate.content.parts) or []
        calls = [(part.function_call.name, part.function_call.args) for part in parts if part.function_call]
        text = "".join(part.text or "" for part in parts)
        return Said(text, calls, candidate.finish_reason)

    def check(self, error):
        assert (error.code, error.status) == (403, "PERMISSION_DENIED"), error


def studio(url, key):
    return Gemini(genai.Client(api_key=key, http_options=types.HttpOptions(base_url=url)))


def vertex(url, key):
    options = types.HttpOptions(base_url=url)
    return Gemini(
        genai.Client(
            vertexai=True, project="p-1", location="us-central1", credentials=Token(key), http_options=options
        )
    )


flavours = {"gemini": studio, "gemini, vertex": vertex}
url, key, log = run(flavours)

for name, make in flavours.items():
    client = make(url, key).client

    def get_weather(city: str) -> str:
        """Tells the weather of a city."""
        return order(f"It is 18 degrees in {city}.")

    # The SDK calls the function itself and goes on with what it has told.
    answer = client.models.generate_content(
        model="m-1",
        contents=order({"call": "get_weather"}, {"arguments": '{"city": "Paris"}'}),
        config=types.GenerateContentConfig(tools=[get_weather]),
    )
    assert answer.text == "It is 18 degrees in Paris.", answer
    assert log is None or len(log.new_records()) == 4
    passed(f"{name}: a function that the SDK calls by itself")
    assert client.models.count_tokens(model="m-1", contents="Hello").total_tokens == 11
    if log is not None:
        log.new_records()
    passed(f"{name}: tokens are counted")

options = types.HttpOptions(base_url=url, api_version="v1beta")
client = genai.Client(api_key=key, http_options=options)
assert [model.name for model in client.models.list()] == ["models/m-1"]
passed("a list of models")
