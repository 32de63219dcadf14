import { z } from 'zod';
import { tenantIdSchema } from '../../contract/tenant-id.ts';
import type { ImportableTable } from '../importable-tables.ts';
import { IMPORT_RULES } from '../importable-tables.ts';
import { timeFormatProblem } from './time-format.ts';

const IMPORTABLE = Object.keys(IMPORT_RULES) as ImportableTable[];

/** Texts, and what a person writes without quotes and means as text. */
const word = z
  .union([z.string(), z.number(), z.boolean()], { error: 'must be a word or a number' })
  .transform(String);
const words = z.union([word.transform((one) => [one]), z.array(word)], {
  error: 'must be a word or a list of words',
});
const columnName = z.string({ error: 'must be the name of a column' }).min(1, 'names no column');
const number = z.number({ error: 'must be a number' });

const format = z.string({ error: 'must be a time format' }).superRefine((text, context) => {
  const problem = timeFormatProblem(text);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

const zone = z.string({ error: 'must be the name of a time zone' }).refine(isTimeZone, {
  error: ({ input }) => `"${input}" is no time zone; write it like Europe/Berlin or UTC`,
});

const lookup = z.strictObject({
  /** Relative to the mapping. */
  file: z.string({ error: 'must be the path of a file' }),
  key: columnName,
  value: columnName,
  /** What becomes of a row whose key the file does not have. */
  unmatched: z
    .enum(['refuse', 'skip'], { error: ({ input }) => `"${input}" is neither refuse nor skip` })
    .default('refuse'),
});

const columnSource = z
  .preprocess(
    (written) => (typeof written === 'string' ? { from: written } : written),
    z.strictObject(
      {
        from: columnName.optional(),
        constant: word.optional(),
        lookup: lookup.optional(),
        values: z
          .record(z.string(), word.nullable(), { error: 'must say what each word means, as word: meaning' })
          .optional(),
        otherwise: word.nullable().optional(),
        format: z
          .preprocess(
            (written) => (typeof written === 'string' ? [written] : written),
            z.array(format).min(1),
          )
          .optional(),
        zone: zone.optional(),
        decimal: z
          .enum(['point', 'comma'], { error: ({ input }) => `"${input}" is neither point nor comma` })
          .optional(),
        scale: number.optional(),
        times: columnName.optional(),
        divide: z
          .strictObject({
            by: columnName,
            values: z
              .record(
                z.string(),
                number.refine((divisor) => divisor !== 0, 'is zero'),
              )
              .optional(),
          })
          .optional(),
      },
      { error: 'must be the name of a column, or from: or constant: with more' },
    ),
  )
  .superRefine((source, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    if ((source.from === undefined) === (source.constant === undefined))
      refuse('needs either from: (a column of the file) or constant: (the value of every row)');
    if (source.constant !== undefined && Object.keys(source).length > 1)
      refuse('has a constant, which takes nothing else');
    if (source.otherwise !== undefined && source.values === undefined)
      refuse('says otherwise: without values:');
    if (source.zone !== undefined && source.format?.some((one) => /Z|^epoch/.test(one)))
      refuse('has a zone and a format that says the zone already; leave one out');
  });

const skip = z
  .strictObject({
    column: columnName,
    equals: words.optional(),
    not: words.optional(),
    empty: z.boolean({ error: 'must be true or false' }).optional(),
  })
  .refine(
    ({ equals, not, empty }) => [equals, not, empty].filter((one) => one !== undefined).length === 1,
    'needs one of equals: (words), not: (words) and empty: (true or false)',
  );

const doubt = z.union(
  [
    z.string(),
    z.object({ column: z.string(), reason: z.string(), alternatives: z.array(z.string()).optional() }),
  ],
  { error: 'must be a sentence, or column: and reason:' },
);

const mappedFile = z
  .strictObject({
    /** Path or pattern, relative to the mapping. */
    file: z.string({ error: 'must be the path of a file, or a pattern like usage/*.csv' }),
    table: z.enum(IMPORTABLE, {
      error: ({ input }) =>
        `${input === undefined ? 'is missing' : `"${input}" is no table`}; write one of ${IMPORTABLE.join(', ')}`,
    }),
    columns: z.record(z.string(), columnSource, {
      error: 'must say where our columns come from, as our_column: Their Column',
    }),
    skip: z.array(skip, { error: 'must be a list of rules' }).default([]),
    /** Words that mean "no value" in every column. */
    missing: words.default([]),
    /** Their count column → our event type: a row becomes one event for each count that is not 0. */
    counts: z
      .record(z.string(), word, { error: 'must say the event of each column, as Their Column: event_type' })
      .optional(),
    /** What a draft could not decide. Read by people. */
    unsure: z.array(doubt, { error: 'must be a list' }).default([]),
  })
  .superRefine(({ table, columns, counts }, context) => {
    const { columns: ours, relation } = IMPORT_RULES[table].table;
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    for (const [name, source] of Object.entries(columns)) {
      const column = ours.find((candidate) => candidate.name === name);
      if (column === undefined) {
        refuse(
          ['columns', name],
          `is no column of raw.${relation.name}; it has ${ours.map((one) => one.name).join(', ')}`,
        );
        continue;
      }
      const isTime = column.type === 'timestamp' || column.type === 'date';
      const isNumber = column.type === 'number' || column.type === 'integer';
      if (!isTime && (source.format ?? source.zone) !== undefined)
        refuse(
          ['columns', name],
          `has a ${source.format ? 'format' : 'zone'} and holds no times; leave it out`,
        );
      if (!isNumber && (source.decimal ?? source.scale ?? source.times ?? source.divide) !== undefined)
        refuse(['columns', name], 'has decimal, scale, times or divide and holds no numbers; leave it out');
    }
    if (counts === undefined) return;
    if (table !== 'events') refuse(['counts'], 'makes events and belongs to table: events');
    for (const name of ['event_type', 'quantity'])
      if (columns[name] !== undefined) refuse(['columns', name], 'comes from counts; leave it out here');
  });

/** Which columns of which files become which raw columns, and how they are written. */
export const mappingSchema = z.strictObject(
  {
    tenant: z
      .string({ error: 'must be the id of a tenant' })
      .refine((id) => tenantIdSchema.safeParse(id).success, 'is empty, too long or has blanks around it')
      .transform((id) => tenantIdSchema.parse(id))
      .optional(),
    files: z.array(mappedFile, { error: 'must be a list of files' }).min(1, 'names no file'),
  },
  { error: 'must be a mapping with files:' },
);

export type Mapping = z.infer<typeof mappingSchema>;
export type MappedFile = Mapping['files'][number];
export type ColumnSource = MappedFile['columns'][string];
export type SkipRule = MappedFile['skip'][number];
export type Lookup = NonNullable<ColumnSource['lookup']>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}
