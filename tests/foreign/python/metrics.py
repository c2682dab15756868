"""Reads a file of metrics with the parser of Prometheus' Python client.

Usage: metrics.py FILE   Prints one JSON object: the families with their types, helps and samples.
"""

import json
import sys

from prometheus_client.parser import text_string_to_metric_families

(name,) = sys.argv[1:]
with open(name, encoding="utf-8", newline="") as file:
    text = file.read()

# The parser judges: what it must refuse, it refuses.
try:
    list(text_string_to_metric_families('a{b="c} 1\n'))
except ValueError:
    pass
else:
    raise SystemExit("the parser takes anything")

families = {}
seen = set()
for family in text_string_to_metric_families(text):
    assert family.name not in families, f"{family.name} is there twice"
    samples = []
    for sample in family.samples:
        # Prometheus refuses a whole file for this; the parser does not.
        key = (sample.name, tuple(sorted(sample.labels.items())))
        assert key not in seen, f"{key} is there twice"
        seen.add(key)
        samples.append({"name": sample.name, "labels": sample.labels, "value": float(sample.value)})
    families[family.name] = {"type": family.type, "help": family.documentation, "samples": samples}
print(json.dumps({"families": families}, sort_keys=True))
