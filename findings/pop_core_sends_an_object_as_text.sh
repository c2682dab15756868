#!/usr/bin/env bash
# Versions: npm @alicloud/pop-core 1.8.0.
# Behaviour: the older Node client flattens a list of objects (EventPattern.1.Product), but not an object: the
#   channels of PutContact, given as the documents nest them, leave as the text "[object Object]".
# Seen: "Channels=[object Object]" beside "EventPattern.1.LevelList.1=INFO EventPattern.1.Product=ECS".
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --silent --no-audit --no-fund --prefix . @alicloud/pop-core@1.8.0 >/dev/null
cat > ask.js <<'JS'
const http = require('http');
const Client = require('@alicloud/pop-core');
const server = http.createServer((request, response) => {
  let body = '';
  request.on('data', (part) => { body += part; });
  request.on('end', () => {
    const sent = [...new URLSearchParams(body)].filter(([name]) => /^(Channels|EventPattern)/.test(name));
    console.log(sent.map(([name, value]) => `${name}=${value}`).sort().join(' '));
    response.end('{}');
  });
}).listen(0, '127.0.0.1', async () => {
  const endpoint = `http://127.0.0.1:${server.address().port}`;
  const client = new Client({ accessKeyId: 'example', accessKeySecret: 'example', endpoint, apiVersion: '2019-01-01' });
  const post = { method: 'POST' };
  await client.request('PutContact', { ContactName: 'duty', Channels: { DingWebHook: 'https://example.com' } }, post);
  await client.request('PutEventRule', { RuleName: 'r', EventPattern: [{ Product: 'ECS', LevelList: ['INFO'] }] }, post);
  server.close();
});
JS
seen=$(timeout 60 node ask.js)
echo "$seen"
[ "$seen" = "Channels=[object Object]
EventPattern.1.LevelList.1=INFO EventPattern.1.Product=ECS" ]
