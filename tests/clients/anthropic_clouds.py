"""The official Anthropic SDK for Claude on Bedrock, on Vertex AI and on Foundry: only its base URL is ours."""

import anthropic

from cases import passed
from gauntlet import SCHEMA, TOOL, Flavour, Said, run


class Claude(Flavour):
    refused = anthropic.PermissionDeniedError
    blocked = "refusal"
    broken = anthropic.APIError
    tools = [{"name": TOOL[0], "description": TOOL[1], "input_schema": SCHEMA}]

    def __init__(self, client, model):
        self.client, self.model = client, model

    def asked(self, message, tool):
        asked = {"model": self.model, "max_tokens": 100, "messages": [{"role": "user", "content": message}]}
        return {**asked, **({"tools": self.tools} if tool else {})}

    def whole(self, message, tool):
        return self.read(self.client.messages.create(**self.asked(message, tool)))

    def streamed(self, message, tool):
        with self.client.messages.stream(**self.asked(message, tool)) as events:
            for text in events.text_stream:
                yield Said(text)
            message = events.get_final_message()
            yield Said(calls=self.read(message).calls, end=message.stop_reason)

    def read(self, message):
        calls = [(block.name, block.input) for block in message.content if block.type == "tool_use"]
        texts = [block.text for block in message.content if block.type == "text"]
        return Said("".join(texts), calls, message.stop_reason)

    def check(self, error):
        assert error.status_code == 403, error


def bedrock(url, key):
    client = anthropic.AnthropicBedrock(
        base_url=url, aws_region="us-east-1", aws_access_key="AKIAEXAMPLE", aws_secret_key="example"
    )
    return Claude(client, "us.anthropic.m-1:0")


def bedrock_by_key(url, key):
    return Claude(anthropic.AnthropicBedrock(base_url=url, aws_region="us-east-1", api_key=key), "anthropic.m-1")


def vertex(url, key):
    client = anthropic.AnthropicVertex(
        base_url=f"{url}/v1", region="us-east5", project_id="p-1", access_token=key
    )
    return Claude(client, "m-1@20250101")


def foundry(url, key):
    return Claude(anthropic.AnthropicFoundry(base_url=f"{url}/anthropic", api_key=key), "m-1")


flavours = {"bedrock": bedrock, "bedrock, by key": bedrock_by_key, "vertex": vertex, "foundry": foundry}
url, key, log = run(flavours)

for name in ["vertex", "foundry"]:
    claude = flavours[name](url, key)
    asked = {"model": claude.model, "messages": [{"role": "user", "content": "Hello"}]}
    assert claude.client.messages.count_tokens(**asked).input_tokens == 11
    if log is not None:
        log.new_records()
    passed(f"{name}: tokens are counted")
