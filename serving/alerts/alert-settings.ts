import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { BadInput } from '../../features/contract/failure.ts';
import { tenantIdSchema } from '../../features/contract/tenant-id.ts';
import { isLoopback } from '../access/loopback.ts';

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'is not a name of lower-case letters, digits and hyphens');
const share = z.number().gt(0, 'is not between 0 and 1').lt(1, 'is not between 0 and 1');
const tenants = z.union([z.literal('*'), z.array(tenantIdSchema).min(1, 'names no tenant')]);

/** What has to become true of an account or of a tenant. */
const conditionSchema = z.union([
  z.strictObject({ probability_at_least: share }),
  z.strictObject({ band_at_least: z.enum(['medium', 'high', 'critical']) }),
  z.strictObject({ probability_rises_by: share }),
  z.strictObject({ mrr_at_risk_at_least: z.number().gt(0) }),
  z.strictObject({ mrr_at_risk_rises_by: z.number().gt(0) }),
  z.strictObject({ critical_share_at_least: share }),
  z.strictObject({ scores_older_than_days: z.number().int().min(0) }),
  z.strictObject({ held_back: z.literal(true) }),
]);

const ruleSchema = z.strictObject({
  name,
  /** The tenants that it looks at. */
  tenants: tenants.default('*'),
  /** Accounts with less monthly recurring revenue raise no alert. */
  mrr_at_least: z.number().min(0).default(0),
  when: conditionSchema,
});

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time of day such as 20:00');
const timeZone = z.string().refine(isTimeZone, 'is not a time zone such as Europe/Berlin');
/** The environment variable that holds an address or a key. */
const secretName = z
  .string()
  .regex(/^CHURN_ALERT_[A-Z0-9_]+$/, 'is not the name of a variable that begins with CHURN_ALERT_');
/** What is said of customers travels over TLS, except on this machine. */
const safeUrl = z.url().refine((address) => {
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}, 'is not an https address');
const mailbox = z.email('is not an e-mail address');

const channelSchema = z.union([
  z.strictObject({ webhook: z.strictObject({ url: safeUrl, secret: secretName }) }),
  z.strictObject({ slack: z.strictObject({ webhook: secretName }) }),
  z.strictObject({
    kafka: z.strictObject({ brokers: z.array(z.string().min(1)).min(1), topic: z.string().min(1) }),
  }),
  z.strictObject({
    email: z.strictObject({
      server: secretName,
      from: mailbox,
      to: z.array(mailbox).min(1),
      /** Where an owner's digest goes instead, by the owner's name. */
      owners: z.record(z.string(), mailbox).default({}),
    }),
  }),
]);

const destinationSchema = z.strictObject({
  name,
  /** The only tenants whose alerts go there. */
  tenants,
  /** All rules where none is named. */
  rules: z.array(name).optional(),
  /** One message for each alert, for each owner's alerts of a tenant, or for all of a tenant's. */
  digest: z.enum(['none', 'owner', 'tenant']).default('none'),
  /** Messages a minute; 60 where nothing is said, and any number for Kafka. */
  per_minute: z.number().int().min(1).optional(),
  /** Nothing is sent between these times of day. */
  quiet: z.strictObject({ from: timeOfDay, to: timeOfDay, zone: timeZone }).optional(),
  to: channelSchema,
});

const settingsSchema = z
  .strictObject({ rules: z.array(ruleSchema).min(1), destinations: z.array(destinationSchema).min(1) })
  .superRefine(({ rules, destinations }, check) => {
    for (const [key, named] of [
      ['rules', rules],
      ['destinations', destinations],
    ] as const)
      named.forEach((one, at) => {
        if (named.findIndex((other) => other.name === one.name) !== at)
          check.addIssue({ code: 'custom', path: [key, at, 'name'], message: `${one.name} is there twice` });
      });
    const known = new Set(rules.map((rule) => rule.name));
    destinations.forEach((destination, at) => {
      for (const rule of destination.rules ?? [])
        if (!known.has(rule))
          check.addIssue({
            code: 'custom',
            path: ['destinations', at, 'rules'],
            message: `no rule is named ${rule}`,
          });
    });
  });

export type AlertSettings = z.infer<typeof settingsSchema>;
export type AlertRule = AlertSettings['rules'][number];
export type AlertDestination = AlertSettings['destinations'][number];
export type QuietHours = NonNullable<AlertDestination['quiet']>;

/** @returns null where the file is absent: then nobody is alerted. @throws BadInput for one that says something else */
export function readAlertSettings(file: string): AlertSettings | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unusable(file, 'it cannot be read', error);
  }
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw unusable(file, `it is no YAML: ${String((error as Error).message).split('\n')[0]}`, error);
  }
  const parsed = settingsSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw unusable(file, `${issue.path.join('.') || 'the file'}: ${issue.message}`, parsed.error);
}

function unusable(file: string, what: string, cause: unknown): BadInput {
  return new BadInput({
    where: `alerts ${file}`,
    what,
    remedy: 'mend it as docs/alerts.md describes',
    cause,
  });
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
