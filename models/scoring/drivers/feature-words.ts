import type { FeatureDefinition, FeatureSet } from '../../../features/contract/feature-set.ts';
import { themesOf } from './themes.ts';
import { type UnitWords, unitWords } from './value-text.ts';

/**
 * What the codes of a driver mean: all that is needed to put one feature into words. In the wordings {value} stands for
 * the value with its unit, {number} for it without one that counts, {before} for what it was, {moved} for rose or fell.
 */
export interface FeatureWords {
  readonly feature: string;
  readonly theme: string;
  readonly themeLabel: string;
  readonly label: string;
  readonly type: FeatureDefinition['type'];
  readonly riskWhen: FeatureDefinition['risk_when'];
  readonly unit: UnitWords;
  /** Whether what is typical is said. */
  readonly isCompared: boolean;
  readonly wordingUp: string;
  readonly wordingDown: string;
  readonly wordingZero: string | null;
  /** Of a value below 0, whatever it is compared with; {size} stands for the value without its sign. */
  readonly wordingNegative: string | null;
  readonly wordingNone: string;
  readonly wordingPast: string;
  readonly wordingSince: string;
  readonly playUp: string;
  readonly playDown: string;
}

/** By feature. */
export type Vocabulary = ReadonlyMap<string, FeatureWords>;

/** The words of a feature set, with what its YAML leaves out. */
export function vocabularyOf(featureSet: FeatureSet): Vocabulary {
  const { codes, ofFeature } = themesOf(featureSet);
  const labels = new Map(featureSet.themes?.map(({ code, label }) => [code, label]));
  return new Map(
    featureSet.features.map((definition, feature) => {
      const theme = codes[ofFeature[feature]!]!;
      return [definition.name, featureWords(definition, theme, labels.get(theme) ?? definition.label)];
    }),
  );
}

/** For a feature that no vocabulary has, which an old score may name. */
export function wordsOfUnknown(feature: string, theme: string): FeatureWords {
  const label = feature.replaceAll('_', ' ');
  return featureWords({ name: feature, type: 'number', label, unit: '', risk_when: 'either' }, theme, theme);
}

function featureWords(definition: FeatureDefinition, theme: string, themeLabel: string): FeatureWords {
  const { name, type, label, wording = {}, plays } = definition;
  const unit = unitWords(definition.unit);
  // "Active days …: 3 days" says it twice.
  const isSaid = unit.short === '' && unit.one !== '' && label.includes(unit.one.trim());
  const up = wording.up ?? `${label}: ${isSaid ? '{number}' : '{value}'}`;
  const since =
    wording.since ??
    (type === 'number'
      ? `${label} {moved} from {before} to {number}`
      : `${label} changed from {before} to {value}`);
  return {
    feature: name,
    theme,
    themeLabel,
    label,
    type,
    riskWhen: definition.risk_when,
    unit,
    isCompared: wording.compared ?? true,
    wordingUp: up,
    wordingDown: wording.down ?? up,
    wordingZero: wording.zero ?? null,
    wordingNegative: wording.negative ?? null,
    wordingNone: wording.none ?? `${label}: none on record`,
    wordingPast: wording.past ?? since,
    wordingSince: since,
    playUp: plays?.up ?? '',
    playDown: plays?.down ?? '',
  };
}
