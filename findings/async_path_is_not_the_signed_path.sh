#!/usr/bin/env bash
# Versions: PyPI alibabacloud-cms20240330 10.6.0 with alibabacloud-tea-openapi 0.4.6 and darabonba-core 1.0.9.
# Behaviour: the CloudMonitor 2.0 client sends another path from its asynchronous methods than from its
#   synchronous ones when a name contains characters such as `:` `@` `(`. The synchronous call sends the
#   encoded path that it signed. The asynchronous one sends those characters bare and signs the encoded path,
#   so a server that verifies the path as it arrived refuses the signature.
# Seen: sync sends a%3Ab%40c%281%29, async sends a:b@c(1); both signatures are over a%3Ab%40c%281%29.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
python3 -m venv venv
venv/bin/pip --quiet install alibabacloud-cms20240330==10.6.0 alibabacloud-tea-openapi==0.4.6 darabonba-core==1.0.9
cat > ask.py <<'PY'
import asyncio, hashlib, hmac, http.server, threading
from alibabacloud_cms20240330 import models
from alibabacloud_cms20240330.client import Client
from alibabacloud_tea_openapi import models as openapi

NAME, ENCODED = "a:b@c(1)", "a%3Ab%40c%281%29"
requests = []

class Keeps(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        self.send_response(200)
        for name, value in (("content-type", "application/json"), ("content-length", "2")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass

def signed(path, headers):
    """Whether the V3 signature of a GET without query and body is over this path."""
    parts = dict(part.split("=", 1) for part in headers["authorization"].split(" ", 1)[1].split(","))
    names = parts["SignedHeaders"].split(";")
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
    canonical = "\n".join(["GET", path, "", lines, parts["SignedHeaders"], hashlib.sha256(b"").hexdigest()])
    text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    return hmac.new(b"example", text.encode(), hashlib.sha256).hexdigest() == parts["Signature"]

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Keeps)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = Client(openapi.Config(access_key_id="example", access_key_secret="example", protocol="http",
                               endpoint=f"127.0.0.1:{server.server_port}"))
client.get_subscription(NAME, models.GetSubscriptionRequest())
asyncio.run(client.get_subscription_async(NAME, models.GetSubscriptionRequest()))
for kind, (path, headers) in zip(("sync", "async"), requests):
    print(kind, "sends", path.rsplit("/", 1)[1], "and signs",
          [shown for shown in (NAME, ENCODED) if signed(f"/subscriptions/{shown}", headers)])
PY
seen=$(venv/bin/python ask.py)
echo "$seen"
[ "$seen" = "sync sends a%3Ab%40c%281%29 and signs ['a%3Ab%40c%281%29']
async sends a:b@c(1) and signs ['a%3Ab%40c%281%29']" ]
