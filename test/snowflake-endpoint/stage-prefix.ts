import type { Session } from './session.ts';
import type { Token } from './sql-tokens.ts';
import type { StatementWorld } from './statement-world.ts';

/** The prefix of a stage's files in the bucket. */
export function stagePrefix(
  session: Session,
  { text }: Token,
  { security }: StatementWorld,
  access: 'READ' | 'WRITE',
): string {
  const [, stage, path] = /^@([^/]+)\/?(.*)$/.exec(text)!;
  const name = stage!.replaceAll('"', '').toUpperCase();
  if (name === '~') return `~${session.user.name.toUpperCase()}/${path}`;
  if (session.temporaryStages.has(name)) return `session-${session.id}/${name}/${path}`;
  return `${security.stage(session, name, access)}/${path}`;
}
