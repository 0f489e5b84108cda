"""Reads Bicep files with two parsers that are not Bicep's own, and writes copies that checkov can read.

    python tests/infra/bicep_files.py COPIES FILE...

prints each fault of a FILE, a line each, and writes the files under the folder COPIES, with stand-ins for what checkov's
parser is too old for: it would pass over such a file without a word.
"""

import pathlib
import sys

from pycep import BicepParser

# What the parser does not know, and what stands in for it. None of it changes what checkov looks at.
STAND_INS = [
    ("@onlyIfNotExists()\n", ""),
    (" fail(", " string("),
    ("(map(", "(filter("),
    ("cidrSubnet(", "substring("),
]


def readable(text):
    for newer, older in STAND_INS:
        text = text.replace(newer, older)
    return text


def errors(node, path):
    if node.type == "ERROR" or node.is_missing:
        yield f"{path}:{node.start_point[0] + 1}:{node.start_point[1] + 1}: no Bicep"
    for child in node.children:
        yield from errors(child, path)


def main():
    import tree_sitter
    import tree_sitter_bicep

    copies = pathlib.Path(sys.argv[1])
    grammar = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bicep.language()))
    parser = BicepParser()
    for path in map(pathlib.Path, sys.argv[2:]):
        for line in errors(grammar.parse(path.read_bytes()).root_node, path):
            print(line)
        text = readable(path.read_text())
        try:
            parser.parse(text=text)
        except Exception as fault:  # noqa: BLE001 (its parser has no type for it)
            print(f"{path}: {str(fault).splitlines()[0]}")
        copy = copies / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text)


if __name__ == "__main__":
    main()
