"""Judges YAML files by a JSON Schema, with a validator and a YAML reader that others wrote.

Usage: schemas.py SCHEMA FILE...   Says `FILE valid`, `FILE refused WHY` or `FILE unreadable WHY`.
"""

import json
import sys

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """YAML 1.2's idea of plain words: no dates, and only `true` and `false` are truth values."""


Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", __import__("re").compile("^(true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


def one_line(text):
    return " ".join(str(text).split())


with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for name in sys.argv[2:]:
    try:
        with open(name, encoding="utf-8") as file:
            value = yaml.load(file, Loader)
    except (yaml.YAMLError, RecursionError) as fault:
        print(name, "unreadable", one_line(fault))
        continue
    try:
        faults = sorted(validator.iter_errors(value), key=lambda fault: list(map(str, fault.absolute_path)))
    except RecursionError:
        print(name, "unreadable", "it holds itself")
        continue
    if faults:
        print(name, "refused", one_line(f"{faults[0].json_path}: {faults[0].message}"))
    else:
        print(name, "valid")
