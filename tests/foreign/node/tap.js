// Reads a TAP report with a parser that others wrote, and prints what it found as JSON.
//
// Usage: tap.js FILE
'use strict';

const fs = require('fs');
const { Parser } = require('tap-parser');

const found = { points: [], subtests: 0, extra: [], bailout: null };

const watch = (parser, level) => {
  parser.on('assert', (point) => {
    if (level === 0) {
      found.points.push({ ok: point.ok, name: point.name, skip: point.skip || null, todo: point.todo || null, diag: point.diag || null });
    } else if (!point.ok) {
      found.subtests_failed = (found.subtests_failed || 0) + 1;
    }
  });
  parser.on('child', (child) => {
    found.subtests += 1;
    watch(child, level + 1);
  });
  parser.on('extra', (text) => found.extra.push(text));
  parser.on('bailout', (reason) => { found.bailout = reason; });
};

const parser = new Parser({ strict: true }, (results) => {
  found.ok = results.ok;
  found.counts = { count: results.count, pass: results.pass, fail: results.fail, skip: results.skip };
  found.failures = results.failures.map((failure) => failure.tapError || failure.name);
  console.log(JSON.stringify(found));
});
watch(parser, 0);
parser.end(fs.readFileSync(process.argv[2]));
