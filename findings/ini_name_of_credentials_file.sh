#!/usr/bin/env bash
# Versions: PyPI alibabacloud-credentials 1.0.12; npm @alicloud/credentials 2.4.7.
# Behaviour: the two official credential libraries read different files. The Python library opens
#   ~/.alibabacloud/credentials.ini only, the Node library ~/.alibabacloud/credentials only. With both
#   files there, one home directory gives each language another account.
# Seen: Python "keyOfIni", Node "keyOfPlain".
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
python3 -m venv venv
venv/bin/pip --quiet install alibabacloud-credentials==1.0.12
npm install --silent --no-audit --no-fund --prefix . @alicloud/credentials@2.4.7 >/dev/null

mkdir -p home/.alibabacloud
for pair in credentials:keyOfPlain credentials.ini:keyOfIni; do
  printf '[default]\ntype = access_key\naccess_key_id = %s\naccess_key_secret = example\n' "${pair#*:}" \
    > "home/.alibabacloud/${pair%%:*}"
done
cat > ask.py <<'PY'
from alibabacloud_credentials.provider import ProfileCredentialsProvider
print(ProfileCredentialsProvider(profile_name="default").get_credentials().get_access_key_id())
PY
cat > ask.js <<'JS'
const Provider = require('@alicloud/credentials/dist/src/providers/profile').default;
Provider.builder().withProfileName('default').build().getCredentials().then((c) => console.log(c.accessKeyId));
JS
unset ALIBABA_CLOUD_CREDENTIALS_FILE
seen="Python $(HOME=$tmp/home venv/bin/python ask.py), Node $(HOME=$tmp/home node ask.js)"
echo "$seen"
[ "$seen" = "Python keyOfIni, Node keyOfPlain" ]
