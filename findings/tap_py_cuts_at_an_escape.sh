#!/usr/bin/env bash
# Versions: PyPI tap.py 3.2.1; npm tap-parser 18.3.4.
# Behaviour: TAP 14 writes a number sign inside a description as `\#`. tap.py takes it for the beginning of a
#   directive: the description ends with a backslash and the rest of the name is gone. tap-parser gives the whole name.
# Seen: tap.py "- ticket \", tap-parser "ticket #12 is closed".
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
python3 -m venv venv
venv/bin/pip --quiet install tap.py==3.2.1
npm install --silent --no-audit --no-fund --prefix . tap-parser@18.3.4 >/dev/null
printf 'TAP version 14\n1..1\nok 1 - ticket \\#12 is closed\n' > report.tap
cat > read.py <<'PY'
from tap.parser import Parser
print(*[line.description for line in Parser().parse_file("report.tap") if line.category == "test"])
PY
cat > read.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { Parser } from 'tap-parser';
const parser = new Parser();
parser.on('assert', (result) => console.log(result.name));
parser.end(readFileSync('report.tap', 'utf8'));
JS
seen="tap.py: $(venv/bin/python read.py 2>/dev/null | tail -n 1); tap-parser: $(node read.mjs)"
echo "$seen"
[ "$seen" = 'tap.py: - ticket \; tap-parser: ticket #12 is closed' ]
