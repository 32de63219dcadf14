import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { BadInput } from '../../features/contract/failure.ts';
import { type TenantId, tenantIdSchema } from '../../features/contract/tenant-id.ts';

const tenants = z.union([z.literal('*'), z.array(tenantIdSchema).min(1, 'names no tenant')]);

const rulesSchema = z.strictObject({
  /** The claim whose values decide, such as `groups` or `email`. */
  claim: z.string().min(1),
  /** Its values, each with the tenants that it opens. */
  opens: z.record(z.string().min(1), tenants),
  /** The claim that names a person as `owner` of accounts does. */
  owner: z.string().min(1).optional(),
});

export type AccessRules = z.infer<typeof rulesSchema>;

/** What an identity provider says of a person, by claim. */
export type Claims = Readonly<Record<string, unknown>>;

/** Tenants and owner of one person. */
export interface Access {
  readonly tenants: readonly TenantId[] | '*';
  readonly owner: string | null;
}

/** Which tenants a person may read, by what the identity provider says of them. Nobody without a rule; null then. */
export function accessOf(rules: AccessRules, claims: Claims): Access | null {
  const owner = rules.owner === undefined ? undefined : claims[rules.owner];
  const opened = valuesOf(claims[rules.claim]).flatMap((value) =>
    Object.hasOwn(rules.opens, value) ? [rules.opens[value]!] : [],
  );
  if (opened.length === 0) return null;
  return {
    tenants: opened.includes('*') ? '*' : [...new Set(opened.flat() as TenantId[])],
    owner: typeof owner === 'string' && owner !== '' ? owner : null,
  };
}

/** @throws BadInput for a file that is missing or says something else than rules */
export async function readAccessRules(file: string): Promise<AccessRules> {
  const where = `access rules ${file}`;
  const remedy = 'write it as docs/logging-in.md shows';
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new BadInput({ where, what: 'the file cannot be read', remedy, cause: error });
  }
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw new BadInput({ where, what: `it is no YAML: ${firstLine(error)}`, remedy, cause: error });
  }
  const parsed = rulesSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new BadInput({ where, what: `${issue.path.join('.') || 'the file'}: ${issue.message}`, remedy });
}

/** A claim holds one value or several. */
function valuesOf(claim: unknown): string[] {
  const values = Array.isArray(claim) ? claim : [claim];
  return values.filter((value) => typeof value === 'string');
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0]!;
}
