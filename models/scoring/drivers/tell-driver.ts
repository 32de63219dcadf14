import { contradicts } from './agreement.ts';
import type { Driver, DriverColumn, FeatureValue } from './driver.ts';
import { type DriverKind, driverSentence } from './driver-sentence.ts';
import { type FeatureWords, type Vocabulary, wordsOfUnknown } from './feature-words.ts';

/** A driver in words, as people and the API read it. */
export interface ToldDriver {
  readonly theme: string;
  readonly theme_label: string;
  /** The feature that tells it. */
  readonly feature: string;
  readonly label: string;
  readonly value: FeatureValue;
  readonly typical: FeatureValue;
  /** What the feature was before; null where it is compared with what is typical. */
  readonly before: FeatureValue;
  readonly contribution: number;
  readonly direction: 'raises' | 'lowers';
  /** Whether the risk went the other way than common sense declares for the feature. */
  readonly is_unusual: boolean;
  readonly sentence: string;
  /** What to do about it; empty where the feature set offers nothing. */
  readonly play: string;
}

/** A feature behind a driver. */
export interface ToldColumn {
  readonly feature: string;
  readonly label: string;
  readonly value: FeatureValue;
  readonly typical: FeatureValue;
  readonly contribution: number;
}

export function tellDriver(driver: Driver, vocabulary: Vocabulary, kind: DriverKind): ToldDriver {
  const { theme, contribution, columns } = driver;
  const [column] = columns;
  const { feature, value, typical, before } = column;
  const words = vocabulary.get(feature) ?? wordsOfUnknown(feature, theme);
  const reference = before === undefined ? typical : before;
  const isUnusual = contradicts(words.riskWhen, value, reference, contribution);
  return {
    theme,
    theme_label: words.themeLabel,
    feature,
    label: words.label,
    value,
    typical,
    before: before ?? null,
    contribution,
    direction: contribution > 0 ? 'raises' : 'lowers',
    is_unusual: isUnusual,
    sentence: driverSentence(words, column, kind, isUnusual),
    play: playOf(words, value, reference, contribution),
  };
}

/** The features behind a driver, the one that tells it first. */
export function tellColumns({ theme, columns }: Driver, vocabulary: Vocabulary): ToldColumn[] {
  return columns.map(({ feature, value, typical, contribution }: DriverColumn) => ({
    feature,
    label: (vocabulary.get(feature) ?? wordsOfUnknown(feature, theme)).label,
    value,
    typical,
    contribution,
  }));
}

/** Advice answers a risk; for what lowers it there is nothing to do. */
function playOf(
  { riskWhen, playUp, playDown }: FeatureWords,
  value: FeatureValue,
  reference: FeatureValue,
  contribution: number,
): string {
  if (contribution <= 0 || typeof value !== 'number' || value === reference) return '';
  // Without anything to compare with, the value is on the side that the declared direction says.
  const isAbove = typeof reference === 'number' ? value > reference : riskWhen === 'high';
  if (typeof reference !== 'number' && riskWhen === 'either') return '';
  return isAbove ? playUp : playDown;
}
