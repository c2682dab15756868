#!/usr/bin/env bash
# Versions: PyPI xunitparser 1.3.4; junitparser 5.0.3.
# Behaviour: a suite of a JUnit report with two properties of one name (two tags, say) cannot be read by
#   xunitparser: an assertion without a text ends it, and no result of the whole file is seen. junitparser reads both values.
# Seen: "junitparser: a b", "xunitparser: AssertionError".
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
python3 -m venv venv
venv/bin/pip --quiet install xunitparser==1.3.4 junitparser==5.0.3
cat > report.xml <<'XML'
<testsuites><testsuite name="nightly" tests="1"><properties><property name="tag" value="a"/><property name="tag" value="b"/></properties><testcase name="rings" classname="drill" time="0.1"/></testsuite></testsuites>
XML
cat > read.py <<'PY'
import junitparser, xunitparser
suites = junitparser.JUnitXml.fromfile("report.xml")
print("junitparser:", *[p.value for suite in suites for p in suite.properties()])
try:
    with open("report.xml") as report:
        xunitparser.parse(report)
    print("xunitparser: reads it")
except Exception as error:
    print("xunitparser:", type(error).__name__, *error.args)
PY
seen=$(venv/bin/python read.py)
echo "$seen"
[ "$seen" = "junitparser: a b
xunitparser: AssertionError" ]
