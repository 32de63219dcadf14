import { basename, relative } from 'node:path';
import { BadInput } from '../../../contract/failure.ts';
import type { TenantId } from '../../../contract/tenant-id.ts';
import type { ColumnDefinition } from '../../../warehouse/warehouse.ts';
import { IMPORT_RULES, type ImportableTable } from '../../importable-tables.ts';
import { bareName, FILE_WORDS, KNOWN_NAMES } from './known-names.ts';
import type { ColumnProfile, ProfiledFile } from './profile-columns.ts';
import { profileColumns } from './profile-columns.ts';
import { proposedNumber } from './propose-number.ts';
import { proposedTime } from './propose-time.ts';
import type { Doubt, ProposedColumn, ProposedFile, ProposedMapping } from './proposed-mapping.ts';

export interface ProposalOptions {
  readonly files: readonly string[];
  /** Where the mapping will lie; its paths are relative to it. */
  readonly folder: string;
  readonly tenantId?: TenantId;
}

interface Match {
  readonly column: ColumnDefinition;
  readonly profile: ColumnProfile;
  /** Other columns of the file that would do as well. */
  readonly others: readonly string[];
}

/**
 * Drafts a mapping from the names and contents of files.
 *
 * @throws BadInput for a file that cannot be read, or in which nothing looks like one of the tables
 */
export async function proposeMapping({ files, folder, tenantId }: ProposalOptions): Promise<ProposedMapping> {
  const profiled: ProfiledFile[] = [];
  for (const file of files) profiled.push(await profileColumns(file));
  const proposed = profiled.map((one) => proposeFile(one, profiled, folder, tenantId));
  return { ...(tenantId === undefined ? {} : { tenant: tenantId }), files: proposed };
}

function proposeFile(
  one: ProfiledFile,
  all: readonly ProfiledFile[],
  folder: string,
  tenantId: TenantId | undefined,
): ProposedFile {
  const unsure: Doubt[] = [];
  const { table, matches } = chooseTable(one, unsure);
  const columns: Record<string, ProposedColumn> = {};
  for (const { column, profile, others } of matches) {
    columns[column.name] = proposedColumn(column, profile, one, unsure);
    if (others.length > 0)
      unsure.push({
        column: column.name,
        reason: `${profile.name} looks likeliest, and other columns would do as well`,
        alternatives: others,
      });
  }
  const counts = table === 'events' && columns.event_type === undefined ? countColumns(one, matches) : [];
  const file: ProposedFile = { file: relative(folder, one.file), table, columns };
  // Among words, such a word may well mean something.
  const typed = matches.filter(({ column }) => column.type !== 'text');
  const missing = [...new Set(typed.flatMap(({ profile }) => profile.missingWords))];
  if (missing.length > 0) file.missing = missing;
  if (counts.length > 0) {
    delete columns.quantity;
    file.counts = Object.fromEntries(counts.map((name) => [name, eventNamed(name)]));
    unsure.push({
      column: 'counts',
      reason: 'every whole number that is nothing else is taken for a count of events',
    });
  }
  if (columns.account_id === undefined) {
    const lookup = accountLookup(one, all, folder);
    if (lookup !== undefined) {
      columns.account_id = lookup;
      unsure.push({
        column: 'account_id',
        reason: 'the file names the subscription, so the customer is looked up',
      });
    }
  }
  for (const { name, nullable } of IMPORT_RULES[table].table.columns) {
    if (nullable || name === 'loaded_at' || columns[name] !== undefined) continue;
    if (name === 'tenant_id' && tenantId !== undefined) continue;
    if (name === 'event_type' && counts.length > 0) continue;
    unsure.push({
      column: name,
      reason:
        name === 'tenant_id'
          ? 'no column says whose customers these are; give --tenant, or write tenant: at the top'
          : `no column looks like it, and raw.${IMPORT_RULES[table].table.relation.name} needs it`,
    });
  }
  unsure.push(...unfitting(table, one, columns));
  if (unsure.length > 0) file.unsure = unsure;
  return file;
}

/** Columns with the right name that hold something else, such as words where numbers belong. */
function unfitting(
  table: ImportableTable,
  { columns: ofFile }: ProfiledFile,
  columns: Readonly<Record<string, ProposedColumn>>,
): readonly Doubt[] {
  return IMPORT_RULES[table].table.columns.flatMap((column) => {
    if (columns[column.name] !== undefined) return [];
    const found = ofFile.find(
      (profile) => namesOf(column).includes(bareName(profile.name)) && !canHold(column, profile),
    );
    if (found === undefined) return [];
    const held = [...found.values].slice(0, 3).map((value) => `"${value}"`);
    return [
      {
        column: column.name,
        reason: `${found.name} has the right name and holds ${held.join(', ')}, which cannot be read as it is`,
      },
    ];
  });
}

function chooseTable(
  one: ProfiledFile,
  unsure: Doubt[],
): { readonly table: ImportableTable; readonly matches: readonly Match[] } {
  const candidates = (Object.keys(IMPORT_RULES) as ImportableTable[])
    .map((table) => {
      const matches = matchColumns(table, one);
      const required = matches.filter(({ column }) => !column.nullable && column.name !== 'tenant_id').length;
      const named = FILE_WORDS[table].test(basename(one.file)) ? 3 : 0;
      return {
        table,
        matches,
        isLikely: matches.length > 1 || (matches.length === 1 && named > 0),
        score: required * 2 + matches.length + named,
      };
    })
    .filter(({ isLikely }) => isLikely)
    .sort((a, b) => b.score - a.score);
  const [best, next] = candidates;
  if (best === undefined)
    throw new BadInput({
      where: one.file,
      what: `nothing in it looks like ${Object.keys(IMPORT_RULES).join(', ')} (its columns are ${one.columns.map(({ name }) => name).join(', ')})`,
      remedy: 'write its mapping by hand, as docs/your-data.md shows',
    });
  if (next !== undefined && best.score - next.score <= 1)
    unsure.push({
      column: 'table',
      reason: `the columns fit ${next.table} almost as well as ${best.table}`,
      alternatives: [next.table],
    });
  return best;
}

/** Each raw column with the likeliest column of the file; a column of the file is used once. */
function matchColumns(table: ImportableTable, { columns }: ProfiledFile): readonly Match[] {
  const free = new Map(columns.map((profile) => [profile.name, profile]));
  const matches: Match[] = [];
  for (const column of IMPORT_RULES[table].table.columns) {
    const names = namesOf(column);
    const rank = (profile: ColumnProfile): number => names.indexOf(bareName(profile.name));
    const fitting = [...free.values()]
      .filter((profile) => rank(profile) >= 0 && canHold(column, profile))
      .sort((a, b) => rank(a) - rank(b));
    const [profile, ...others] = fitting;
    if (profile === undefined) continue;
    free.delete(profile.name);
    matches.push({ column, profile, others: others.map(({ name }) => name) });
  }
  const isFree = (name: string) => free.has(name);
  return matches.map((match) => ({ ...match, others: match.others.filter(isFree) }));
}

function namesOf({ name }: ColumnDefinition): readonly string[] {
  return [bareName(name), ...(KNOWN_NAMES[name] ?? [])];
}

/** Whether what a column of the file holds can be read as the raw column. An empty one can. */
function canHold({ type }: ColumnDefinition, { values, time, isNumber }: ColumnProfile): boolean {
  if (values.size === 0) return true;
  if (type === 'timestamp' || type === 'date') return time !== undefined;
  return type === 'number' || type === 'integer' ? isNumber : true;
}

function proposedColumn(
  column: ColumnDefinition,
  profile: ColumnProfile,
  file: ProfiledFile,
  unsure: Doubt[],
): ProposedColumn {
  if (column.type === 'timestamp' || column.type === 'date') return proposedTime(column, profile, unsure);
  if (column.type === 'number' || column.type === 'integer')
    return proposedNumber(column, profile, file, unsure);
  return profile.name;
}

function countColumns({ columns }: ProfiledFile, matches: readonly Match[]): readonly string[] {
  const used = new Set(
    matches.filter(({ column }) => column.name !== 'quantity').map(({ profile }) => profile.name),
  );
  return columns
    .filter(
      ({ name, isWhole, time }) => isWhole && time === undefined && !used.has(name) && !/id$/i.test(name),
    )
    .map(({ name }) => name);
}

/** @example eventNamed('Reports opened') // 'reports_opened' */
function eventNamed(column: string): string {
  return column
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_');
}

/** A subscription's account, found in another of the files whose ids are the same. */
function accountLookup(
  one: ProfiledFile,
  all: readonly ProfiledFile[],
  folder: string,
): ProposedColumn | undefined {
  const columnLike = ({ columns }: ProfiledFile, name: string): ColumnProfile | undefined =>
    columns.find((profile) => KNOWN_NAMES[name]!.includes(bareName(profile.name)));
  const from = columnLike(one, 'subscription_id');
  if (from === undefined) return undefined;
  for (const other of all) {
    const key = columnLike(other, 'subscription_id');
    const value = columnLike(other, 'account_id');
    if (other === one || key === undefined || value === undefined) continue;
    if ([...from.values].some((id) => key.values.has(id)))
      return {
        from: from.name,
        lookup: { file: relative(folder, other.file), key: key.name, value: value.name },
      };
  }
  return undefined;
}
