#!/usr/bin/env bash
# Versions: PyPI alibabacloud-cms20190101 4.0.10 with alibabacloud-tea-openapi 0.4.6 and darabonba-core 1.0.9.
# Behaviour: whether the Python SDK raises its ThrottlingException depends on the header `x-acs-retry-after`
#   alone. The same body with the code `Throttling.User` and no header is a plain ClientException, so code
#   that catches ThrottlingException misses it.
# Seen: "without: ClientException Throttling.User", "with: ThrottlingException Throttling.User".
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
python3 -m venv venv
venv/bin/pip --quiet install alibabacloud-cms20190101==4.0.10 alibabacloud-tea-openapi==0.4.6 darabonba-core==1.0.9
cat > ask.py <<'PY'
import http.server, json, threading
from alibabacloud_cms20190101 import models
from alibabacloud_cms20190101.client import Client
from alibabacloud_tea_openapi import models as openapi

headers = {}

class Throttles(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.dumps({"Code": "Throttling.User", "Message": "too many", "RequestId": "r-1"}).encode()
        self.send_response(400)
        for name, value in {"content-type": "application/json", "content-length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *_):
        pass

server = http.server.HTTPServer(("127.0.0.1", 0), Throttles)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = Client(openapi.Config(access_key_id="example", access_key_secret="example", protocol="http",
                               endpoint=f"127.0.0.1:{server.server_port}"))
for name, headers in (("without", {}), ("with", {"x-acs-retry-after": "2"})):
    try:
        client.describe_contact_list(models.DescribeContactListRequest())
    except Exception as error:
        print(f"{name}: {type(error).__name__} {error.code}")
PY
seen=$(venv/bin/python ask.py)
echo "$seen"
[ "$seen" = "without: ClientException Throttling.User
with: ThrottlingException Throttling.User" ]
