import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readConfiguration } from '../../../cli/configuration/configuration.ts';
import { SnowflakeSession } from '../../../features/warehouse/snowflake/snowflake-session.ts';

/*
 * In place of Snowflake's own `snow sql --temporary-connection`: the statements of a file or of --query, by the real Node
 * client, with the same variables.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    'temporary-connection': { type: 'boolean' },
    filename: { type: 'string' },
    query: { type: 'string' },
  },
});
const text = values.query ?? readFileSync(values.filename!, 'utf8');
const statements = text
  .split('\n')
  .filter((line) => !line.startsWith('--'))
  .join('\n')
  .split(/;\s*(?:\n|$)/)
  .map((statement) => statement.trim())
  .filter((statement) => statement !== '');
const { snowflake } = readConfiguration();
const session = await SnowflakeSession.open({ ...snowflake!, queryTag: 'runbook' });
for (const statement of statements) await session.execute(statement);
await session.close();
process.stdout.write(`${statements.length} statements\n`);
