"""Reads YAML files with PyYAML. Usage: yaml_to_json.py FILE...   Prints a JSON list: the documents of each."""

import json
import sys

import yaml


def plain(value):
    """What PyYAML makes of YAML 1.1, as JSON can say it: the key `on` is a truth value there."""
    if isinstance(value, dict):
        return {"on" if key is True else str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value


found = []
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        found.append([plain(document) for document in yaml.safe_load_all(file)])
print(json.dumps(found))
