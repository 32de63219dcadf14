// node read-with-client.cjs CLIENT KIND FILE
//
// Reads what would be posted with Datadog's own client, as its answers are read: CLIENT is the folder that it is installed in,
// KIND a model of its first API. Prints one line for each thing that it would not understand.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const [client, kind, file] = process.argv.slice(2);
const { ObjectSerializer } = require(
  join(
    client,
    'node_modules/@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/models/ObjectSerializer.js',
  ),
);

const given = JSON.parse(readFileSync(file, 'utf8'));
for (const [at, one] of (Array.isArray(given) ? given : [given]).entries()) {
  const name = one.name ?? one.title ?? at;
  try {
    for (const path of unparsed(ObjectSerializer.deserialize(one, kind, ''), ''))
      say(`${name}: not understood${path}`);
  } catch (error) {
    say(`${name}: ${error.message}`);
  }
}

// A value of no enumeration, and an object of no model, are kept as they are and marked.
function unparsed(value, path) {
  if (value === null || typeof value !== 'object') return [];
  if (value.constructor?.name === 'UnparsedObject' || value._data !== undefined) return [path || ' at all'];
  const within = Object.entries(value).flatMap(([key, one]) => unparsed(one, `${path}.${key}`));
  return value._unparsed === true && within.length === 0 ? [path || ' somewhere'] : within;
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
