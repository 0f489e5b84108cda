"""Holds every resource of Bicep files against the types that Azure publishes: unknown and missing members, members that cannot be
written, and words that are none of those allowed. By hand, not in the test command:

    npm install --ignore-scripts --prefix /tmp/types @azure/mcp-linux-x64@2.0.5
    python tests/infra/bicep_types.py /tmp/types infra/azure

`python` is that of the environment with `tests/infra/requirements.txt`, which has `pycep`. The first run asks for each type once,
a few seconds each, and keeps the answers in the first folder.
"""

import json
import os
import pathlib
import subprocess
import sys

from bicep_files import readable
from pycep import BicepParser

STORE, FILES = map(pathlib.Path, sys.argv[1:3])
PROGRAM = STORE / "node_modules/@azure/mcp-linux-x64/dist/azmcp"


def published(kind):
    """The entities of a type, and the type itself; None where the program has no such type."""
    kept = STORE / (kind.replace("/", "_") + ".json")
    if not kept.exists():
        quiet = {**os.environ, "AZURE_MCP_COLLECT_TELEMETRY": "false"}
        command = [PROGRAM, "bicepschema", "get", "--resource-type", kind]
        kept.write_bytes(subprocess.run(command, capture_output=True, env=quiet, check=False).stdout)
    try:
        rows = json.loads(kept.read_bytes())["results"]["BicepSchemaResult"]
    except (ValueError, KeyError, TypeError):
        return None
    whole = next(row for row in rows if row["$type"] == "Resource")
    return {row["name"]: row for row in rows if row["$type"] != "Resource"}, whole


def entity(name, entities):
    name = name.rstrip("[]")
    return entities.get(name) or next((row for key, row in entities.items() if key.split("/")[-1] == name.split("/")[-1]), None)


def computed(value):
    """An expression whose value is not known before it is deployed."""
    return isinstance(value, dict) and ("function" in value or "operator" in value)


def bare(value):
    """What a condition or a loop makes, or the value itself."""
    while isinstance(value, dict) and "config" in value and "condition" in value:
        value = value["config"]
    return value


def faults(value, kind, entities, path):
    value = bare(value)
    if computed(value):
        return
    if isinstance(value, list):
        for one in value:
            yield from faults(one, kind, entities, path)
        return
    if isinstance(kind, str) and isinstance(value, str) and " | " in kind:
        if value not in kind.replace("'", "").split(" | ") and not value.startswith("${"):
            yield f"{path}: `{value}` is none of {kind}"
        return
    known = entity(kind, entities) if isinstance(kind, str) else kind
    if not isinstance(value, dict) or not known or known.get("$type") != "Object":
        return
    members = {row["name"]: row for row in known.get("properties") or []}
    for name, inner in value.items():
        if name.startswith("__") or (not path and name in ("scope", "dependsOn", "parent")):
            continue
        row = members.get(name)
        if row is None:
            if not known.get("additionalPropertiesType") and "${" not in name:
                yield f"{path}.{name}: unknown to {known.get('name')}"
            continue
        if path and "ReadOnly" in (row.get("flags") or ""):
            yield f"{path}.{name}: cannot be written"
        yield from faults(inner, row["type"], entities, f"{path}.{name}")
    for name, row in members.items():
        if "Required" in (row.get("flags") or "") and name not in value:
            yield f"{path}: lacks {name}"


def main():
    found = 0
    for path in sorted(FILES.rglob("*.bicep")):
        parsed = BicepParser().parse(text=readable(path.read_text()))
        for name, resource in (parsed.get("resources") or {}).items():
            if resource.get("existing"):
                continue
            answer = published(resource["type"])
            if answer is None:
                print(f"{path}: {name}: {resource['type']} is not published here")
                continue
            entities, whole = answer
            body = entity(whole["bodyType"], entities) if isinstance(whole["bodyType"], str) else whole["bodyType"]
            told = list(faults(resource["config"], body, entities, ""))
            found += len(told)
            version = whole["name"].split("@")[-1]
            print(f"{path}: {name}: {resource['type']}, {resource.get('api_version')} against {version}: {len(told)}")
            for one in told:
                print(f"    {one}")
    sys.exit(bool(found))


main()
