"""Serves a schema, as `terraform providers schema -json` tells it, over Terraform's plugin protocol (version 5): enough
for the real `terraform validate`, and `terraform test` with mocked providers, where no provider is. It knows no more of a
resource than its arguments; nothing is ever made. usage: serve_schema.py SCHEMA. The first line that it prints is its
port on 127.0.0.1; when its standard input ends, so does it.

Source of the contract: tfplugin5.proto of Terraform. Messages are put together by hand, field by field.
"""

import json
import sys
from concurrent import futures
from pathlib import Path

import grpc

NESTINGS = {"single": 1, "list": 2, "set": 3, "map": 4, "group": 5}
# Calls that are answered with an empty message, which says: no objections.
EMPTY = ("Configure", "GetFunctions", "Shutdown", "Stop", "ValidateDataSourceConfig", "ValidateResourceTypeConfig")


def number(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def field_of_bytes(field, value):
    value = value.encode() if isinstance(value, str) else value
    return number(field << 3 | 2) + number(len(value)) + value


def field_of_number(field, value):
    return number(field << 3) + number(int(value)) if value else b""


def attribute(name, members):
    message = field_of_bytes(1, name) + field_of_bytes(2, json.dumps(members["type"]))
    for field, flag in ((4, "required"), (5, "optional"), (6, "computed"), (7, "sensitive")):
        message += field_of_number(field, members.get(flag, False))
    return message


def block(members):
    message = b""
    for name, one in members.get("attributes", {}).items():
        message += field_of_bytes(2, attribute(name, one))
    for name, one in members.get("block_types", {}).items():
        nested = field_of_bytes(1, name) + field_of_bytes(2, block(one["block"]))
        nested += field_of_number(3, NESTINGS[one["nesting_mode"]])
        nested += field_of_number(4, one.get("min_items", 0)) + field_of_number(5, one.get("max_items", 0))
        message += field_of_bytes(3, nested)
    return message


def schema(members):
    return field_of_number(1, members["version"]) + field_of_bytes(2, block(members["block"]))


def answer(schemas):
    """The answer to GetSchema."""
    message = field_of_bytes(1, schema(schemas["provider"]))
    for field, kind in ((2, "resource_schemas"), (3, "data_source_schemas")):
        for name, members in schemas[kind].items():
            message += field_of_bytes(field, field_of_bytes(1, name) + field_of_bytes(2, schema(members)))
    return message


class Provider(grpc.GenericRpcHandler):
    def __init__(self, schemas):
        self.schemas = answer(schemas)

    def service(self, details):
        path = details.method
        if "/plugin." in path and not path.endswith("Shutdown"):
            return None  # streams of the plugin system, which would each hold a thread for good

        def handle(request, context):
            name = path.rsplit("/", 1)[1]
            if name == "GetSchema":
                return self.schemas
            if name == "PrepareProviderConfig":
                return request  # what was asked about and what is answered have the same field
            if name in EMPTY:
                return b""
            return context.abort(grpc.StatusCode.UNIMPLEMENTED, path)

        same = lambda message: message
        return grpc.unary_unary_rpc_method_handler(handle, same, same)


def main(path):
    (schemas,) = json.loads(Path(path).read_text())["provider_schemas"].values()
    server = grpc.server(futures.ThreadPoolExecutor(8), options=[("grpc.max_send_message_length", -1)])
    server.add_generic_rpc_handlers((Provider(schemas),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    sys.stdin.read()
    server.stop(0)


main(sys.argv[1])
