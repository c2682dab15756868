#!/usr/bin/env bash
# Versions: npm @alicloud/ros-cdk-cms 1.15.0 with @alicloud/ros-cdk-core 1.12.0 and constructs 3.4.344.
# Behaviour: an event rule's `state` and `eventType` are checked against their words, letter case included, but
#   `levelList` of its pattern takes any list: lower case, an unknown word, or none. The API's levels are upper-case words.
# Seen: state "enabled": refused; levelList ["critical","LOUD"] and []: in the template as they stand.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --silent --no-audit --no-fund --prefix . @alicloud/ros-cdk-cms@1.15.0 @alicloud/ros-cdk-core@1.12.0 \
  constructs@3.4.344 >/dev/null
cat > synth.js <<'JS'
const ros = require('@alicloud/ros-cdk-core');
const cms = require('@alicloud/ros-cdk-cms');
function levels(state, levelList) {
  const app = new ros.App({ outdir: 'out' });
  const stack = new ros.Stack(app, 'S', {});
  try {
    new cms.EventRule(stack, 'r', { ruleName: 'r', state, eventPattern: [{ product: 'ECS', levelList }] });
    return JSON.stringify(app.synth().getStackByName('S').template.Resources.r.Properties.EventPattern[0].LevelList);
  } catch (error) {
    return error.message.includes(`state: "${state}" doesn't exist`) ? 'refused' : `other: ${error.message}`;
  }
}
console.log(levels('enabled', ['CRITICAL']), levels('ENABLED', ['critical', 'LOUD']), levels('ENABLED', []));
JS
seen=$(node synth.js)
echo "$seen"
[ "$seen" = 'refused ["critical","LOUD"] []' ]
