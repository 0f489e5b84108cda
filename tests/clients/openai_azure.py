"""The official OpenAI SDK as Azure's customers use it, by deployment and by the newer paths: only its endpoint is ours."""

import openai

from gauntlet import SCHEMA, TOOL, Flavour, Said, arguments_of, run


class Chat(Flavour):
    # Azure's own content filter answers so, and its callers know it.
    refused = openai.BadRequestError
    blocked = "content_filter"
    broken = openai.APIError
    tools = [{"type": "function", "function": {"name": TOOL[0], "description": TOOL[1], "parameters": SCHEMA}}]

    def __init__(self, client):
        self.client = client

    def asked(self, message, tool):
        asked = {"model": "m-1", "messages": [{"role": "user", "content": message}]}
        return {**asked, **({"tools": self.tools} if tool else {})}

    def whole(self, message, tool):
        (choice,) = self.client.chat.completions.create(**self.asked(message, tool)).choices
        calls = [call.function for call in choice.message.tool_calls or []]
        calls = [(call.name, arguments_of(call.arguments)) for call in calls]
        return Said(choice.message.content, calls, choice.finish_reason)

    def streamed(self, message, tool):
        called = {}
        for chunk in self.client.chat.completions.create(**self.asked(message, tool), stream=True):
            for choice in chunk.choices:
                for piece in choice.delta.tool_calls or []:
                    call = called.setdefault(piece.index, ["", ""])
                    call[0] += piece.function.name or ""
                    call[1] += piece.function.arguments or ""
                yield Said(choice.delta.content, end=choice.finish_reason)
        yield Said(calls=[(name, arguments_of(text)) for name, text in called.values()])

    def check(self, error):
        assert error.status_code == 400 and error.code == "content_filter", error


def classic(url, key):
    return Chat(openai.AzureOpenAI(azure_endpoint=url, api_key=key, api_version="2024-10-21"))


def newer(url, key):
    return Chat(openai.OpenAI(base_url=f"{url}/openai/v1", api_key=key))


run({"azure": classic, "azure v1": newer})
