'use strict';
// What the Node judges share; the Python twin is ../python/judge.py.

const assert = require('node:assert/strict');

const endpoint = process.env.JUDGE_ENDPOINT;
const authority = new URL(endpoint).host;

function same(what, seen, wanted) {
  try {
    assert.deepStrictEqual(seen, wanted);
  } catch {
    throw new Error(`${what}: saw ${JSON.stringify(seen)}, wanted ${JSON.stringify(wanted)}`);
  }
}

function holds(what, condition, seen) {
  if (!condition) throw new Error(`${what}: saw ${JSON.stringify(seen)}`);
}

async function control(method, path, body) {
  const answer = await fetch(`${endpoint}/_bellcheck/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  holds(`${method} ${path} is answered with 200`, answer.status === 200, text);
  return JSON.parse(text);
}

/** Declares a robot and returns the address that a contact's webhook has. */
async function robot(token, settings = {}) {
  await control('POST', 'robots', { token, ...settings });
  return `https://oapi.dingtalk.com/robot/send?access_token=${token}`;
}

const messages = (token) => control('GET', `robots/${token}/messages`);

/** What `look` finds: the emulated delays are real time here, if short. */
async function eventually(what, look, seconds = 30) {
  for (let turn = 0; turn < seconds * 20; turn += 1) {
    const found = await look();
    if (found && found.length !== 0) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: did not happen in ${seconds} s`);
}

/**
 * Asserts that every value of an answer has the type that an SDK's model declares for it. To be asked before the
 * SDK makes a model of the answer: it turns numbers into strings and strings into numbers as it likes.
 */
function typed(model, answer) {
  const types = model.types();
  for (const [name, written] of Object.entries(model.names())) {
    const value = answer[written];
    if (value !== undefined && value !== null) fits(`${model.name}.${written}`, types[name], value);
  }
}

function fits(where, declared, value) {
  if (typeof declared === 'string') {
    holds(`${where} is declared ${declared}`, declared === 'any' || typeof value === declared, value);
  } else if (declared.type === 'array') {
    holds(`${where} is declared an array`, Array.isArray(value), value);
    for (const one of value) fits(where, declared.itemType, one);
  } else if (typeof declared === 'function') {
    holds(`${where} is declared ${declared.name}`, typeof value === 'object' && !Array.isArray(value), value);
    typed(declared, value);
  }
}

/** Runs the flows in order, and says which one ended how. */
async function run(flows) {
  for (const flow of flows) {
    const began = Date.now();
    try {
      await flow();
    } catch (error) {
      console.error(error.stack);
      console.error(`${flow.name} failed: ${error.message}`);
      process.exitCode = 1;
      return;
    }
    console.log(`${flow.name} ok in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  }
}

module.exports = { authority, control, endpoint, eventually, holds, messages, robot, run, same, typed };
