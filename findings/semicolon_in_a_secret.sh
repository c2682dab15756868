#!/usr/bin/env bash
# Versions: PyPI alibabacloud-credentials 1.0.12; npm @alicloud/credentials 2.4.7.
# Behaviour: one ini line gives two secrets. `access_key_secret = ab;cd` is read whole by the Python library
#   and cut at the semicolon by the Node library; quotes around a value stay in Python and are taken off
#   in Node. The wrong secret is signed with, and the service can only answer that the signature is wrong.
# Seen: Python 'ab;cd' and '"abcd"', Node 'ab' and 'abcd'.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
python3 -m venv venv
venv/bin/pip --quiet install alibabacloud-credentials==1.0.12
npm install --silent --no-audit --no-fund --prefix . @alicloud/credentials@2.4.7 >/dev/null

cat > ask.py <<'PY'
from alibabacloud_credentials.provider import ProfileCredentialsProvider
print(ProfileCredentialsProvider(profile_name="default").get_credentials().get_access_key_secret())
PY
cat > ask.js <<'JS'
const Provider = require('@alicloud/credentials/dist/src/providers/profile').default;
Provider.builder().withProfileName('default').build().getCredentials().then((c) => console.log(c.accessKeySecret));
JS
unset ALIBABA_CLOUD_CREDENTIALS_FILE
mkdir -p home/.alibabacloud
seen=""
for value in 'ab;cd' '"abcd"'; do
  for file in credentials credentials.ini; do
    printf '[default]\ntype = access_key\naccess_key_id = example\naccess_key_secret = %s\n' "$value" \
      > "home/.alibabacloud/$file"
  done
  seen+="$value: Python $(HOME=$tmp/home venv/bin/python ask.py), Node $(HOME=$tmp/home node ask.js)"$'\n'
done
printf '%s' "$seen"
[ "$seen" = 'ab;cd: Python ab;cd, Node ab
"abcd": Python "abcd", Node abcd
' ]
