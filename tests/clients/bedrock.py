"""The official AWS SDK with Bedrock's runtime, `Converse` and `InvokeModel`: only its endpoint is ours."""

import json

import boto3
from botocore.exceptions import BotoCoreError, ClientError, EventStreamError

from cases import passed
from gauntlet import SCHEMA, TOOL, Flavour, Said, arguments_of, run


def made(url):
    """A client that signs with keys of nobody; retries are as they come."""
    keys = {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "example"}
    return boto3.client("bedrock-runtime", region_name="us-east-1", endpoint_url=url, **keys)


class Bedrock(Flavour):
    refused = ClientError
    broken = (EventStreamError, BotoCoreError)

    def __init__(self, url):
        self.client = made(url)
        self.refused = self.client.exceptions.AccessDeniedException

    def check(self, error):
        assert error.response["ResponseMetadata"]["RetryAttempts"] == 0, error.response
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 403, error.response


def nova_events(events):
    """What events of Converse say; Nova's events have the same form."""
    called = None
    for event in events:
        delta = event.get("contentBlockDelta", {}).get("delta", {})
        if "contentBlockStart" in event:
            called = [event["contentBlockStart"]["start"]["toolUse"]["name"], ""]
        elif "toolUse" in delta:
            called[1] += delta["toolUse"]["input"]
        elif "contentBlockStop" in event and called:
            yield Said(calls=[(called[0], arguments_of(called[1]))])
            called = None
        yield Said(delta.get("text"), end=event.get("messageStop", {}).get("stopReason"))


def nova_whole(answer):
    content = answer["output"]["message"]["content"]
    calls = [block["toolUse"] for block in content if "toolUse" in block]
    calls = [(call["name"], call["input"]) for call in calls]
    return Said("".join(block.get("text", "") for block in content), calls, answer["stopReason"])


NOVA_TOOLS = {"tools": [{"toolSpec": {"name": TOOL[0], "description": TOOL[1], "inputSchema": {"json": SCHEMA}}}]}


class Converse(Bedrock):
    blocked = "guardrail_intervened"

    def asked(self, message, tool):
        asked = {"modelId": "m-1", "messages": [{"role": "user", "content": [{"text": message}]}]}
        return {**asked, **({"toolConfig": NOVA_TOOLS} if tool else {})}

    def whole(self, message, tool):
        return nova_whole(self.client.converse(**self.asked(message, tool)))

    def streamed(self, message, tool):
        yield from nova_events(self.client.converse_stream(**self.asked(message, tool))["stream"])


class Invoke(Bedrock):
    """A model's own format through `InvokeModel`."""

    model = None

    def body(self, message, tool):
        raise NotImplementedError

    def asked(self, message, tool):
        return {"modelId": self.model, "body": json.dumps(self.body(message, tool))}

    def whole(self, message, tool):
        answer = self.client.invoke_model(**self.asked(message, tool))
        return self.read(json.loads(answer["body"].read()))

    def streamed(self, message, tool):
        answer = self.client.invoke_model_with_response_stream(**self.asked(message, tool))
        yield from self.pieces(json.loads(event["chunk"]["bytes"]) for event in answer["body"])


class Claude(Invoke):
    model = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.m-1"
    blocked = "refusal"

    def body(self, message, tool):
        tools = [{"name": TOOL[0], "description": TOOL[1], "input_schema": SCHEMA}]
        body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 100}
        body["messages"] = [{"role": "user", "content": [{"type": "text", "text": message}]}]
        return {**body, **({"tools": tools} if tool else {})}

    def read(self, answer):
        calls = [(block["name"], block["input"]) for block in answer["content"] if block["type"] == "tool_use"]
        return Said("".join(block.get("text", "") for block in answer["content"]), calls, answer["stop_reason"])

    def pieces(self, events):
        called = None
        for event in events:
            delta = event.get("delta", {})
            if event["type"] == "content_block_start" and event["content_block"]["type"] == "tool_use":
                called = [event["content_block"]["name"], ""]
            elif event["type"] == "content_block_stop" and called:
                yield Said(calls=[(called[0], arguments_of(called[1]))])
                called = None
            elif called:
                called[1] += delta.get("partial_json", "")
            yield Said(delta.get("text"), end=delta.get("stop_reason"))


class Nova(Invoke):
    model = "amazon.nova-lite-v1:0"
    blocked = "guardrail_intervened"

    def body(self, message, tool):
        body = {"schemaVersion": "messages-v1", "messages": [{"role": "user", "content": [{"text": message}]}]}
        return {**body, **({"toolConfig": NOVA_TOOLS} if tool else {})}

    read = staticmethod(nova_whole)
    pieces = staticmethod(nova_events)


class Llama(Invoke):
    model = "meta.llama3-8b-instruct-v1:0"
    calls = False
    blocked = EventStreamError

    def body(self, message, tool):
        return {"prompt": f"<|begin_of_text|>user\n{message}<|eot_id|>", "max_gen_len": 100}

    def read(self, answer):
        return Said(answer["generation"], end=answer.get("stop_reason"))

    def pieces(self, events):
        return map(self.read, events)


class Titan(Invoke):
    model = "amazon.titan-text-lite-v1"
    calls = False
    blocked = EventStreamError

    def body(self, message, tool):
        return {"inputText": message, "textGenerationConfig": {"maxTokenCount": 100}}

    def read(self, answer):
        (result,) = answer["results"]
        return Said(result["outputText"], end=result["completionReason"])

    def pieces(self, events):
        return (Said(event.get("outputText"), end=event.get("completionReason")) for event in events)


class Mistral(Invoke):
    model = "mistral.mistral-7b-instruct-v0:2"
    calls = False
    blocked = EventStreamError

    def body(self, message, tool):
        return {"prompt": f"<s>[INST] {message} [/INST]", "max_tokens": 100}

    def read(self, answer):
        (output,) = answer["outputs"]
        return Said(output["text"], end=output.get("stop_reason"))

    def pieces(self, events):
        return map(self.read, events)


class Cohere(Invoke):
    model = "cohere.command-r-v1:0"
    calls = False
    blocked = EventStreamError

    def body(self, message, tool):
        return {"message": message, "max_tokens": 100}

    def read(self, answer):
        return Said(answer["text"], end=answer["finish_reason"])

    def pieces(self, events):
        return (Said(event.get("text"), end=event.get("finish_reason")) for event in events)


kinds = [Converse, Claude, Nova, Llama, Titan, Mistral, Cohere]
url, key, log = run({kind.__name__.lower(): lambda url, key, kind=kind: kind(url) for kind in kinds})

client = made(url)
asked = {"messages": [{"role": "user", "content": [{"text": "Hello"}]}]}
assert client.count_tokens(modelId="m-1", input={"converse": asked})["inputTokens"] == 11
if log is not None:
    log.new_records()
passed("tokens are counted")
