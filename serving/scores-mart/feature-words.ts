import { type FeatureSet, featureSetHash } from '../../features/contract/feature-set.ts';
import { columnBatchOfRows } from '../../features/warehouse/column-batch-of-rows.ts';
import { rowSource } from '../../features/warehouse/row-source.ts';
import { acrossTenants } from '../../features/warehouse/tenant-warehouse.ts';
import type {
  ColumnBatch,
  ReadableWarehouse,
  TableChange,
  TableDefinition,
} from '../../features/warehouse/warehouse.ts';
import {
  type FeatureWords,
  type Vocabulary,
  vocabularyOf,
} from '../../models/scoring/drivers/feature-words.ts';
import { numbersOf, textsOf } from './column-values.ts';

/**
 * What the codes of drivers mean. Grain: one row per feature set and feature. It speaks of features and of no tenant, so
 * it has no tenant_id. Words may be mended: the latest night's stand for all scores of their feature set.
 */
export const featureWords: TableDefinition = {
  relation: { schema: 'scores', name: 'feature_words' },
  keyColumns: ['feature_set_hash', 'feature'],
  columns: [
    { name: 'feature_set_hash', type: 'text', nullable: false },
    { name: 'feature_set_name', type: 'text', nullable: false },
    { name: 'feature_set_version', type: 'integer', nullable: false },
    { name: 'feature', type: 'text', nullable: false },
    { name: 'theme', type: 'text', nullable: false },
    { name: 'theme_label', type: 'text', nullable: false },
    { name: 'label', type: 'text', nullable: false },
    { name: 'type', type: 'text', nullable: false },
    { name: 'risk_when', type: 'text', nullable: false },
    { name: 'scale', type: 'number', nullable: false },
    { name: 'unit_one', type: 'text', nullable: false },
    { name: 'unit_many', type: 'text', nullable: false },
    { name: 'unit_short', type: 'text', nullable: false },
    { name: 'is_compared', type: 'boolean', nullable: false },
    { name: 'wording_up', type: 'text', nullable: false },
    { name: 'wording_down', type: 'text', nullable: false },
    { name: 'wording_zero', type: 'text', nullable: true },
    { name: 'wording_negative', type: 'text', nullable: true, forEarlierRows: null },
    { name: 'wording_none', type: 'text', nullable: false },
    { name: 'wording_past', type: 'text', nullable: false },
    { name: 'wording_since', type: 'text', nullable: false },
    { name: 'play_up', type: 'text', nullable: false },
    { name: 'play_down', type: 'text', nullable: false },
  ],
};

/** The words of a feature set, to be written with the scores that need them. Equal words again change nothing. */
export function featureWordsChange(featureSet: FeatureSet): TableChange {
  const words = [...vocabularyOf(featureSet).values()];
  return {
    mode: 'merge',
    table: featureWords,
    rows: rowSource(columnBatchOfRows(featureWords.columns, words.map(row(featureSet)))),
  };
}

function row({ name, version, ...rest }: FeatureSet) {
  const hash = featureSetHash({ name, version, ...rest });
  return (words: FeatureWords) => ({
    feature_set_hash: hash,
    feature_set_name: name,
    feature_set_version: version,
    feature: words.feature,
    theme: words.theme,
    theme_label: words.themeLabel,
    label: words.label,
    type: words.type,
    risk_when: words.riskWhen,
    scale: words.unit.scale,
    unit_one: words.unit.one,
    unit_many: words.unit.many,
    unit_short: words.unit.short,
    is_compared: Number(words.isCompared),
    wording_up: words.wordingUp,
    wording_down: words.wordingDown,
    wording_zero: words.wordingZero,
    wording_negative: words.wordingNegative,
    wording_none: words.wordingNone,
    wording_past: words.wordingPast,
    wording_since: words.wordingSince,
    play_up: words.playUp,
    play_down: words.playDown,
  });
}

/** Finds the words of a feature set by its hash; of one that the mart does not know, none. */
export type VocabularySource = (featureSetHash: string) => Promise<Vocabulary>;

/** Reads each feature set's words once. */
export function vocabularies(warehouse: ReadableWarehouse): VocabularySource {
  const read = new Map<string, Promise<Vocabulary>>();
  return (hash) => {
    const vocabulary = read.get(hash) ?? readVocabulary(warehouse, hash);
    read.set(hash, vocabulary);
    return vocabulary;
  };
}

async function readVocabulary(warehouse: ReadableWarehouse, hash: string): Promise<Vocabulary> {
  const vocabulary = new Map<string, FeatureWords>();
  // A mart of the first edition has none until a night adds it.
  if ((await warehouse.describe(featureWords.relation)).length === 0) return vocabulary;
  const rows = acrossTenants(warehouse, 'words of features').read({
    relation: featureWords.relation,
    columns: featureWords.columns.map(({ name }) => name),
    where: [{ column: 'feature_set_hash', is: '=', value: hash }],
  });
  for await (const batch of rows)
    for (let at = 0; at < batch.rowCount; at++) {
      const words = wordsAt(batch, at);
      vocabulary.set(words.feature, words);
    }
  return vocabulary;
}

function wordsAt(batch: ColumnBatch, at: number): FeatureWords {
  const text = (name: string) => textsOf(batch, name)[at]!;
  const number = (name: string) => numbersOf(batch, name)[at]!;
  return {
    feature: text('feature'),
    theme: text('theme'),
    themeLabel: text('theme_label'),
    label: text('label'),
    type: text('type') as FeatureWords['type'],
    riskWhen: text('risk_when') as FeatureWords['riskWhen'],
    unit: {
      scale: number('scale'),
      one: text('unit_one'),
      many: text('unit_many'),
      short: text('unit_short'),
    },
    isCompared: number('is_compared') === 1,
    wordingUp: text('wording_up'),
    wordingDown: text('wording_down'),
    wordingZero: textsOf(batch, 'wording_zero')[at] ?? null,
    wordingNegative: textsOf(batch, 'wording_negative')[at] ?? null,
    wordingNone: text('wording_none'),
    wordingPast: text('wording_past'),
    wordingSince: text('wording_since'),
    playUp: text('play_up'),
    playDown: text('play_down'),
  };
}
