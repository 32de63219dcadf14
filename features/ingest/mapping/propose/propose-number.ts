import type { ColumnDefinition } from '../../../warehouse/warehouse.ts';
import { bareName } from './known-names.ts';
import type { ColumnProfile, ProfiledFile } from './profile-columns.ts';
import type { Doubt, ProposedColumn } from './proposed-mapping.ts';

const MONTHS_OF_PERIOD: Readonly<Record<string, number>> = {
  month: 1,
  monthly: 1,
  months: 1,
  quarter: 3,
  quarterly: 3,
  year: 12,
  yearly: 12,
  years: 12,
  annual: 12,
  annually: 12,
};

/** Money of a subscription becomes a monthly amount in whole currency, as far as the file tells how. */
export function proposedNumber(
  column: ColumnDefinition,
  profile: ColumnProfile,
  file: ProfiledFile,
  unsure: Doubt[],
): ProposedColumn {
  const more: Record<string, unknown> = profile.hasDecimalComma ? { decimal: 'comma' } : {};
  if (column.name === 'mrr') {
    Object.assign(more, cents(profile, unsure));
    const name = bareName(profile.name);
    const period = file.columns.find(isPeriod);
    const quantity = file.columns.find(
      (one) => /^(plan)?quantity$|^seats$/.test(bareName(one.name)) && one.isWhole,
    );
    if (/unit|price/.test(name) && quantity !== undefined) {
      more.times = quantity.name;
      unsure.push({
        column: 'mrr',
        reason: `${profile.name} is taken for a price per unit of ${quantity.name}`,
      });
    }
    if (!name.startsWith('m') && period !== undefined) {
      more.divide = {
        by: period.name,
        values: Object.fromEntries(period.words!.map((word) => [word, MONTHS_OF_PERIOD[word.toLowerCase()]])),
      };
      unsure.push({ column: 'mrr', reason: `${profile.name} is taken for the amount of one ${period.name}` });
    }
  }
  return Object.keys(more).length === 0 ? profile.name : { from: profile.name, ...more };
}

function cents({ name, isWhole }: ColumnProfile, unsure: Doubt[]): { readonly scale?: number } {
  if (/cents?\b|minor/i.test(name)) return { scale: 0.01 };
  if (isWhole)
    unsure.push({
      column: 'mrr',
      reason: `${name} holds whole numbers only, which may be cents`,
      alternatives: ['scale: 0.01'],
    });
  return {};
}

function isPeriod({ name, words }: ColumnProfile): boolean {
  return (
    /interval|period|cycle|frequency/i.test(name) &&
    words !== undefined &&
    words.length > 0 &&
    words.every((word) => word.toLowerCase() in MONTHS_OF_PERIOD)
  );
}
