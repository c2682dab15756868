#!/usr/bin/env bash
# Versions: PyPI alibabacloud-credentials 1.0.12.
# Behaviour: ALIBABA_CLOUD_CLI_PROFILE_DISABLED switches the command line's profile off only when it says `true`.
#   With `1` or `yes`, which switch things on in most tools, the profile is read and its key is used.
# Seen: "true: refused", "1: fromProfile", "yes: fromProfile".
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
python3 -m venv venv
venv/bin/pip --quiet install alibabacloud-credentials==1.0.12
mkdir -p home/.aliyun
cat > home/.aliyun/config.json <<'JSON'
{"current": "p", "profiles": [{"name": "p", "mode": "AK", "access_key_id": "fromProfile", "access_key_secret": "example"}]}
JSON
cat > ask.py <<'PY'
from alibabacloud_credentials.provider.cli_profile import CLIProfileCredentialsProvider
try:
    print(CLIProfileCredentialsProvider().get_credentials().get_access_key_id())
except Exception as error:
    print("refused" if "disabled" in str(error) else error)
PY
unset ALIBABA_CLOUD_PROFILE ALIBABA_CLOUD_CONFIG_FILE
seen=""
for value in true 1 yes; do
  seen+="$value: $(HOME=$tmp/home ALIBABA_CLOUD_CLI_PROFILE_DISABLED=$value venv/bin/python ask.py)"$'\n'
done
printf '%s' "$seen"
[ "$seen" = 'true: refused
1: fromProfile
yes: fromProfile
' ]
