#!/usr/bin/env bash
# Versions: PyPI PyYAML 6.0.3 and 6.0.4; ruamel.yaml 0.19.1.
# Behaviour: in `<<: [*a, *b]` the earlier mapping wins by the definition of merge keys. PyYAML 6.0.4 lets the later
#   one win for a key such as `robot`, and still the earlier one for a key of one letter. 6.0.3 and ruamel.yaml
#   keep the earlier for both. A rule file that shares anchors so notifies somebody else after a patch release.
# Seen: 6.0.3 "1 ops", 6.0.4 "1 managers", ruamel.yaml "1 ops".
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
for package in PyYAML==6.0.3 PyYAML==6.0.4 ruamel.yaml==0.19.1; do
  python3 -m pip --quiet install --no-deps --target "$package" "$package"
done
cat > rules.yaml <<'YAML'
a: &a {k: 1, robot: ops}
b: &b {k: 2, robot: managers}
rule: {<<: [*a, *b]}
YAML
pyyaml='import yaml; rule = yaml.safe_load(open("rules.yaml"))["rule"]; print(rule["k"], rule["robot"])'
ruamel='from ruamel.yaml import YAML; rule = YAML(typ="safe", pure=True).load(open("rules.yaml"))["rule"]; print(rule["k"], rule["robot"])'
seen="6.0.3 $(PYTHONPATH=PyYAML==6.0.3 python3 -c "$pyyaml"), 6.0.4 $(PYTHONPATH=PyYAML==6.0.4 python3 -c "$pyyaml"), \
ruamel.yaml $(PYTHONPATH=ruamel.yaml==0.19.1 python3 -c "$ruamel")"
echo "$seen"
[ "$seen" = "6.0.3 1 ops, 6.0.4 1 managers, ruamel.yaml 1 ops" ]
