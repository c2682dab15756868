"""Judges reports of a run, with readers that others wrote.

Usage: reports.py SOURCES SCHEMA JSONL TAP JUNIT...   SOURCES has the archive with junit-10.xsd. Prints one
JSON object: what each reader found.
"""

import glob
import io
import json
import sys
import tarfile

import jsonschema
import junitparser
import ruamel.yaml
import xmlschema
import xunitparser

sources, schema, lines, tap, *junits = sys.argv[1:]

(archive,) = glob.glob(f"{sources}/pytest-*.tar.gz")
with tarfile.open(archive) as tar:
    (member,) = [name for name in tar.getnames() if name.endswith("/junit-10.xsd")]
    xsd = xmlschema.XMLSchema(io.BytesIO(tar.extractfile(member).read()))

# The schema judges: what it must refuse, it refuses.
assert not xsd.is_valid("<testsuites><testsuite name='a'/></testsuites>")

found = {"junit": [], "events": {}, "yaml": []}


def once(pairs):
    """A mapping in which no key is twice."""
    value = dict(pairs)
    assert len(value) == len(pairs), f"a key is there twice: {[key for key, _ in pairs]}"
    return value


for name in junits:
    xsd.validate(name)
    report = junitparser.JUnitXml.fromfile(name)
    cases = [case for suite in report for case in suite]
    kinds = {"passed": 0, "failure": 0, "error": 0, "skipped": 0, "flaky": 0, "rerun": 0}
    for case in cases:
        names = [type(result).__name__.lower() for result in case.result]
        kinds[names[0] if names else "passed"] += 1
        for child in case._elem:
            for kind in ("flaky", "rerun"):
                kinds[kind] += child.tag.startswith(kind)
    assert (report.tests, report.failures, report.errors) == (len(cases), kinds["failure"], kinds["error"])
    # It takes the properties of all suites for one mapping, and compares the counts with the cases.
    with open(name, encoding="utf-8") as file:
        suite, result = xunitparser.parse(file)
    wrong = [len(result.failures), len(result.errors), len(result.skipped)]
    assert wrong == [kinds["failure"], kinds["error"], kinds["skipped"]], (wrong, kinds)
    found["junit"].append(
        {
            "stamps": [suite.timestamp for suite in report],
            "suites": len(list(report)),
            "time": sum(suite.time for suite in report),
            "properties": sorted({p.name.rpartition(": ")[2] for suite in report for p in suite.properties()}),
            "named": suite.properties,
            **kinds,
        }
    )

with open(schema, encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
with open(lines, encoding="utf-8") as file:
    for number, line in enumerate(file, 1):
        value = json.loads(line, object_pairs_hook=once)
        faults = list(validator.iter_errors(value))
        assert not faults, f"line {number}: {faults[0].message}"
        found["events"][value["event"]] = found["events"].get(value["event"], 0) + 1
        # Nothing that is there may be missing, and nothing else be there.
        for key in value:
            assert not validator.is_valid({k: v for k, v in value.items() if k != key}), (number, key)
        assert not validator.is_valid({**value, "more": 1}), number

# The diagnostics of TAP, which must be YAML 1.2 without a key twice.
yaml = ruamel.yaml.YAML(typ="safe", pure=True)
try:
    yaml.load("a: 1\na: 2\n")
except ruamel.yaml.constructor.DuplicateKeyError:
    pass
else:
    raise SystemExit("the reader of YAML takes a key twice")
block = None
with open(tap, encoding="utf-8") as file:
    for line in file:
        if block is None and line.strip() == "---":
            block, indent = [], len(line) - len(line.lstrip())
        elif block is not None and line.strip() == "...":
            found["yaml"].append(yaml.load("".join(block)))
            block = None
        elif block is not None:
            block.append(line[indent:])
print(json.dumps(found))
