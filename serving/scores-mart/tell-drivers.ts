import type { Driver } from '../../models/scoring/drivers/driver.ts';
import type { DriverKind } from '../../models/scoring/drivers/driver-sentence.ts';
import type { Vocabulary } from '../../models/scoring/drivers/feature-words.ts';
import {
  type ToldColumn,
  type ToldDriver,
  tellColumns,
  tellDriver,
} from '../../models/scoring/drivers/tell-driver.ts';
import { readDrivers, type WrittenOutDriver } from './driver-codes.ts';

/** A driver with the features behind it. */
export interface ExplainedDriver extends ToldDriver {
  readonly columns: ToldColumn[];
}

/** The mart's drivers in words. */
export function tellDrivers(json: string, vocabulary: Vocabulary, kind: DriverKind): ToldDriver[] {
  return readDrivers(json).map((driver) =>
    'written' in driver ? asWritten(driver) : tellDriver(driver, vocabulary, kind),
  );
}

/** The same with the features behind each. */
export function explainDrivers(json: string, vocabulary: Vocabulary, kind: DriverKind): ExplainedDriver[] {
  return readDrivers(json).map((driver) =>
    'written' in driver
      ? { ...asWritten(driver), columns: [columnOf(driver)] }
      : { ...tellDriver(driver, vocabulary, kind), columns: tellColumns(driver, vocabulary) },
  );
}

/** Drivers of scores that no mart keeps, in words, as JSON. */
export function writeToldDrivers(list: readonly Driver[], vocabulary: Vocabulary): string {
  return JSON.stringify(
    list.map((driver) => ({
      ...tellDriver(driver, vocabulary, 'score'),
      contribution: Math.round(driver.contribution * 1e4) / 1e4,
    })),
  );
}

/** Its sentence is kept, without the effect that the first edition said after each. */
function asWritten({ written }: WrittenOutDriver): ToldDriver {
  const { feature, label, value, typical, contribution, direction, play } = written;
  return {
    theme: feature,
    theme_label: label,
    feature,
    label,
    value,
    typical,
    before: null,
    contribution,
    direction,
    is_unusual: false,
    sentence: `${written.sentence.replace(/ \((?:raises|lowers) the risk\)$/, '')}.`,
    play,
  };
}

function columnOf({ written }: WrittenOutDriver): ToldColumn {
  const { feature, label, value, typical, contribution } = written;
  return { feature, label, value, typical, contribution };
}
