import { readBoolean } from '../../features/contract/boolean-words.ts';
import { BadInput } from '../../features/contract/failure.ts';
import type {
  CategoryColumn,
  FeatureColumn,
  FeatureFrame,
  NumberColumn,
} from '../../features/contract/feature-frame.ts';
import type { FeatureDefinition } from '../../features/contract/feature-set.ts';

/**
 * The column of a feature in the form its type asks for. Files guess types: a number may arrive as text,
 * a category as digits; the same values must score the same.
 *
 * @throws BadInput when text stands where the model learnt numbers
 */
export function featureColumn(frame: FeatureFrame, definition: FeatureDefinition): FeatureColumn {
  const column = frame.columns.get(definition.name);
  if (column === undefined)
    throw new BadInput({
      where: `column ${definition.name}`,
      what: 'is missing, the model was trained on another feature set',
      remedy: 'add the column, or train a model on the columns you have with churn train',
    });
  if (definition.type === 'category') return column.kind === 'category' ? column : textOf(column);
  return column.kind === 'number' ? column : numbersOf(column, definition);
}

function textOf({ values }: NumberColumn): CategoryColumn {
  const codeOf = new Map<number, number>();
  const codes = Int32Array.from(values, (value) => {
    if (Number.isNaN(value)) return -1;
    if (!codeOf.has(value)) codeOf.set(value, codeOf.size);
    return codeOf.get(value)!;
  });
  return { kind: 'category', codes, levels: [...codeOf.keys()].map(String) };
}

function numbersOf({ codes, levels }: CategoryColumn, definition: FeatureDefinition): NumberColumn {
  const used = new Set(codes);
  const numbers = levels.map((level, code) => {
    const number = numberOf(level, definition.type);
    if (Number.isNaN(number) && used.has(code) && level.trim() !== '')
      throw new BadInput({
        where: `column ${definition.name}`,
        what: `holds "${level}" where the model learnt ${definition.type}s`,
        remedy: 'mend the value or leave it empty',
      });
    return number;
  });
  return { kind: 'number', values: Float64Array.from(codes, (code) => numbers[code] ?? Number.NaN) };
}

function numberOf(level: string, type: FeatureDefinition['type']): number {
  const answer = type === 'boolean' ? readBoolean(level) : undefined;
  if (answer !== undefined) return Number(answer);
  const word = level.trim().toLowerCase();
  return word === '' ? Number.NaN : Number(word);
}
