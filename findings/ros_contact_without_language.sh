#!/usr/bin/env bash
# Versions: npm @alicloud/ros-cdk-cms 1.15.0 with @alicloud/ros-cdk-core 1.12.0 and constructs 3.4.344.
# Behaviour: the resource type of an alert contact has no language, though PutContact takes `Lang`. A construct that
#   is given one makes a template without it and no warning, while a value outside an enumeration elsewhere in
#   the same library ends the synthesis. The language of such a contact's messages is the service's default.
# Seen: properties "Channels,ContactName,Describe".
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --silent --no-audit --no-fund --prefix . @alicloud/ros-cdk-cms@1.15.0 @alicloud/ros-cdk-core@1.12.0 \
  constructs@3.4.344 >/dev/null
cat > synth.js <<'JS'
const ros = require('@alicloud/ros-cdk-core');
const cms = require('@alicloud/ros-cdk-cms');
const app = new ros.App({ outdir: 'out' });
const stack = new ros.Stack(app, 'S', {});
new cms.Contact(stack, 'c', {
  contactName: 'duty', describe: 'on duty', lang: 'en', channels: { dingWebHook: 'https://example.com/robot' },
});
const { Resources } = app.synth().getStackByName('S').template;
console.log(Object.keys(Resources.c.Properties).sort().join());
JS
seen=$(node synth.js)
echo "$seen"
[ "$seen" = "Channels,ContactName,Describe" ]
