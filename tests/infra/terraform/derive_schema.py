"""Writes what `terraform providers schema -json` would say of the resources that infra/gcp uses, without the provider:
out of the typed package @cdktf/provider-google, which was generated from the provider's own schema. Run by hand, when
a resource or a version is new:

    npm install --ignore-scripts --legacy-peer-deps --prefix target/cdk @cdktf/provider-google@16.12.1
    python3 tests/infra/terraform/derive_schema.py target/cdk/node_modules/@cdktf/provider-google

What the package does not have is not in it either: which values are allowed, which arguments exclude each other, and
which of the optional ones the provider fills in (`id` and `project` are said to be). Endpoints of the provider are left out. With the provider at hand, its own answer cut down
to the same resources can take the place of schema.json.
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
OUT = Path(__file__).with_name("schema.json")
PROVIDER = "registry.terraform.io/hashicorp/google"

# One argument in a `...ToHclTerraform` function: its name, how it is converted, whether it is a block, its nesting, its
# class.
ARGUMENT = re.compile(
    r'^\s+(\w+): \{\n\s+value: (.*),\n\s+isBlock: (true|false),\n\s+type: "(\w+)",\n\s+storageClassType: "(\w+)",',
    re.MULTILINE,
)
SCALARS = {"string": "string", "boolean": "bool", "number": "number"}
FILLED = ("id", "project")
RESULTS = {
    "String": "string",
    "Number": "number",
    "Boolean": "bool",
    "List": ["list", "string"],
    "StringMap": ["map", "string"],
    "NumberList": ["list", "number"],
}


class Package:
    """One resource as the package has it: the arguments of each of its classes, what is optional, what is computed."""

    def __init__(self, folder):
        code = (folder / "index.js").read_text()
        types = (folder / "index.d.ts").read_text()
        self.arguments = {
            found[1][0].upper() + found[1][1:]: ARGUMENT.findall(found[2])
            for found in re.finditer(r"function (\w+)ToHclTerraform\(struct\) \{(.*?)\n\}", code, re.DOTALL)
        }
        own = re.search(r"synthesizeHclAttributes\(\) \{(.*)", code, re.DOTALL)
        self.own = ARGUMENT.findall(own[1]) if own else []
        self.computed = {
            found[1]: dict(reversed(pair) for pair in re.findall(r"this\.get(\w+)Attribute\('(\w+)'\)", found[2]))
            for found in re.finditer(r"class (\w+) extends cdktf\.\w+ \{(.*?)\n\}", code, re.DOTALL)
        }
        self.optional = {
            found[1]: {
                name.lower(): mark == "?"
                for name, mark in re.findall(r"^    readonly (\w+)(\??):", found[2], re.MULTILINE)
            }
            for found in re.finditer(r"^export interface (\w+)[^{]*\{\n(.*?)^\}", types, re.DOTALL | re.MULTILINE)
        }
        kinds = r"^class (\w+) extends cdktf\.Terraform(?:Resource|DataSource|Provider)"
        self.name = re.search(kinds, code, re.MULTILINE)[1]

    def block(self):
        arguments = [one for one in self.own if not one[0].endswith("_custom_endpoint")]
        return self._block(arguments, self.name + "Config", self.name)

    def _block(self, arguments, interface, results):
        attributes, blocks = {}, {}
        for name, conversion, is_block, nesting, kind in arguments:
            optional = self.optional.get(interface, {}).get(name.replace("_", "").lower(), True)
            if is_block == "false":
                attributes[name] = attribute(name, kind, nesting, optional)
            else:
                blocks[name] = self._nested(conversion, nesting, kind, optional)
        for name, kind in self.computed.get(results, {}).items():
            if name not in attributes and name not in blocks and kind in RESULTS:
                attributes[name] = {"type": RESULTS[kind], "computed": True}
        block = {"attributes": attributes, "block_types": blocks}
        return {name: members for name, members in block.items() if members}

    def _nested(self, conversion, nesting, kind, optional):
        child = kind.removesuffix("List") if kind.removesuffix("List") in self.arguments else kind
        inner = self._block(self.arguments.get(child, []), child, child + "OutputReference")
        if nesting == "struct":
            return {"nesting_mode": "single", "block": inner}
        block = {"nesting_mode": nesting, "block": inner}
        if not optional:
            block["min_items"] = 1
        if "istMapperHcl" not in conversion:
            block["max_items"] = 1
        return block


def attribute(name, kind, nesting, optional):
    type_ = SCALARS.get(kind, "dynamic")
    for suffix in ("List", "Map", "Set"):
        if kind.endswith(suffix):
            outer = "set" if nesting == "set" else suffix.lower()
            type_ = [outer, SCALARS.get(kind.removesuffix(suffix), "dynamic")]
    if not optional:
        return {"type": type_, "required": True}
    filled = {"computed": True} if name in FILLED else {}
    return {"type": type_, "optional": True} | filled


def used(kind):
    """The types of resources, or of data sources, that the modules name."""
    texts = [path.read_text() for path in sorted((ROOT / "infra/gcp").rglob("*.tf"))]
    found = {name for text in texts for name in re.findall(rf'^{kind} "google_(\w+)"', text, re.MULTILINE)}
    return sorted(found)


def lines(schemas):
    """A line for each type, so that a change shows as what it is."""
    rows = (f"      {json.dumps(name)}: {json.dumps(schema)}" for name, schema in schemas.items())
    return "{\n" + ",\n".join(rows) + "\n    }"


def main(package):
    lib = package / "lib"

    def schema(folder):
        return {"version": 0, "block": Package(lib / folder).block()}

    resources = {f"google_{name}": schema(name.replace("_", "-")) for name in used("resource")}
    sources = {f"google_{name}": schema("data-google-" + name.replace("_", "-")) for name in used("data")}
    version = re.search(r"providerVersion: '([\d.]+)'", (lib / "provider/index.js").read_text())[1]
    npm = json.loads((package / "package.json").read_text())
    source = f"{npm['name']} {npm['version']}, {npm['license']}, for hashicorp/google {version}; by derive_schema.py"
    OUT.write_text(
        "{\n"
        f'  "format_version": "1.0",\n  "source": {json.dumps(source)},\n'
        f'  "provider_schemas": {{{json.dumps(PROVIDER)}: {{\n'
        f'    "provider": {json.dumps(schema("provider"))},\n'
        f'    "resource_schemas": {lines(resources)},\n'
        f'    "data_source_schemas": {lines(sources)}\n'
        "  }}\n}\n"
    )


main(Path(sys.argv[1]).resolve())
