import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FeatureColumn } from '../../../features/contract/feature-frame.ts';
import { readLabelledTable } from '../../../features/files/read-labelled-table.ts';
import { readTable } from '../../../features/files/read-table.ts';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'table-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, ...lines: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const values = (column: FeatureColumn | undefined): readonly (number | string | null)[] => {
  if (column === undefined) throw new Error('there is no such column');
  return column.kind === 'number'
    ? [...column.values]
    : [...column.codes].map((code) => (code < 0 ? null : column.levels[code]!));
};

describe('a labelled table', () => {
  test('recognises numbers, booleans and words, and what is missing among each', async () => {
    const path = file(
      'customers.csv',
      'CustomerName,TotalCharges,vip,plan,empty,constant,Churn',
      'c1,29.85,TRUE,None,,7,No',
      'c2, ,false,Pro,,7,Yes',
      'c3,N/A,,"Pro, large",,7,No',
      'c4,1e3,true,,,7,no',
    );
    const { labelled, featureSet, ids, notes } = await readLabelledTable({
      file: path,
      label: 'Churn',
      id: 'CustomerName',
    });
    const columns = labelled.frame.columns;
    const unknown = Number.NaN;
    expect(values(columns.get('TotalCharges'))).toEqual([29.85, unknown, unknown, 1000]);
    expect(values(columns.get('vip'))).toEqual([1, 0, unknown, 1]);
    expect(values(columns.get('plan'))).toEqual(['None', 'Pro', 'Pro, large', null]);
    expect(values(columns.get('empty'))).toEqual([null, null, null, null]);
    expect(values(columns.get('constant'))).toEqual([7, 7, 7, 7]);
    expect([...columns.keys()]).toEqual(['TotalCharges', 'vip', 'plan', 'empty', 'constant']);
    expect(featureSet).toMatchObject({ name: 'table', version: 1 });
    expect(featureSet.features[0]).toEqual({
      name: 'TotalCharges',
      type: 'number',
      label: 'total charges',
      unit: '',
      risk_when: 'either',
    });
    expect(featureSet.features.map(({ type }) => type)).toEqual([
      'number',
      'boolean',
      'category',
      'category',
      'number',
    ]);
    expect(labelled).toMatchObject({
      targets: ['Churn'],
      labels: [Float64Array.of(0, 1, 0, 0)],
      groups: Int32Array.of(0, 1, 2, 3),
      asOfEpochDays: null,
      tenantIds: null,
    });
    expect(ids).toEqual(['c1', 'c2', 'c3', 'c4']);
    expect(notes).toEqual([]);
  });

  test('with as-of dates, times become days before them and the rows of an id are one group', async () => {
    const path = file(
      'panel.csv',
      'id,as_of,signed_up,score,left',
      '007,2024-03-01,2024-02-01,1,0',
      '007,2024-04-01,2024-02-01T12:00:00Z,inf,1',
      '8,2024-03-01,,3,0',
    );
    const { labelled, featureSet, ids } = await readLabelledTable({
      file: path,
      label: 'left',
      id: 'id',
      asOf: 'as_of',
    });
    expect(values(labelled.frame.columns.get('signed_up'))).toEqual([29, 59.5, Number.NaN]);
    expect(values(labelled.frame.columns.get('score'))).toEqual([1, Number.NaN, 3]);
    expect([...labelled.asOfEpochDays!]).toEqual([19783, 19814, 19783]);
    expect([...labelled.groups]).toEqual([0, 0, 1]);
    expect(ids).toEqual(['007', '007', '8']);
    expect(featureSet.features[0]).toMatchObject({
      label: 'days since signed up',
      unit: 'days',
      type: 'number',
    });
  });

  test('says what it leaves out: times without as-of, rows without label, columns that identify', async () => {
    const rows = Array.from(
      { length: 60 },
      (_, row) => `name ${row},2024-01-01,${row},${row === 5 ? '' : row % 2}`,
    );
    const path = file('t.csv', 'who,joined,n,churn', ...rows);
    const { labelled, notes, featureSet, ids } = await readLabelledTable({ file: path, label: 'churn' });
    expect(featureSet.features.map(({ name }) => name)).toEqual(['n']);
    expect(labelled.frame.rowCount).toBe(59);
    expect(values(labelled.frame.columns.get('n')).slice(4, 6)).toEqual([4, 6]);
    expect(ids).toBeNull();
    expect(notes).toEqual([
      'joined is left out: a time says nothing without --as-of',
      '1 rows are left out: they have no churn',
      'who is left out: it is different in every row; if it names the account, add --id who',
    ]);
  });

  test('reads Parquet with its own types and a label of any type', async () => {
    const warehouse = await openDuckDbWarehouse({ file: ':memory:' });
    const relation = { schema: 'analytics', name: 't' };
    const sql = `select * from (values (1::tinyint, 2.50::decimal(5,2), true, '12', true), (2, null, null, '', false))
      as t (a, b, c, d, churned)`;
    await warehouse.transform([{ relation, as: 'table', sql }]);
    const path = join(folder, 't.parquet');
    await warehouse.exportParquet({ relation, columns: ['a', 'b', 'c', 'd', 'churned'], where: [] }, path);
    await warehouse.close();
    const { labelled } = await readLabelledTable({ file: path, label: 'churned' });
    expect(
      Object.fromEntries([...labelled.frame.columns].map(([name, column]) => [name, values(column)])),
    ).toEqual({
      a: [1, 2],
      b: [2.5, Number.NaN],
      c: [1, Number.NaN],
      d: [12, Number.NaN],
    });
    expect([...labelled.labels[0]!]).toEqual([1, 0]);
  });

  test('reads many levels', async () => {
    const rows = Array.from({ length: 9000 }, (_, row) => `level ${row % 3000},${row % 2}`);
    const { labelled } = await readLabelledTable({
      file: file('t.csv', 'city,churn', ...rows),
      label: 'churn',
    });
    expect(labelled.frame.columns.get('city')).toMatchObject({ kind: 'category' });
    expect(new Set(values(labelled.frame.columns.get('city'))).size).toBe(3000);
  });

  test('leaves out numbers that identify, and keeps numbers that merely differ', async () => {
    const rows = Array.from(
      { length: 60 },
      (_, row) => `${row},${977 * row},${row + 1},${row * 3},${row % 2}`,
    );
    const path = file('t.csv', ',CustomerId,RowNumber,n,churn', ...rows);
    const { featureSet, notes } = await readLabelledTable({ file: path, label: 'churn' });
    expect(featureSet.features.map(({ name }) => name)).toEqual(['n']);
    expect(notes.map((note) => note.split(' ')[0])).toEqual(['column_1', 'CustomerId', 'RowNumber']);
  });

  test('does not guess which of two numbers is the month', async () => {
    const rows = Array.from({ length: 60 }, (_, row) => `03/${(row % 28) + 1}/2024,${row % 7},${row % 2}`);
    const path = file('t.csv', 'joined,n,churn', ...rows);
    const { featureSet, notes } = await readLabelledTable({ file: path, label: 'churn' });
    expect(featureSet.features.map(({ name }) => name)).toEqual(['n']);
    expect(notes).toEqual(['joined is left out: "03/1/2024" is no date that is read here; write YYYY-MM-DD']);
  });

  test('reads numbers as people write them', async () => {
    const comma = file(
      'comma.csv',
      'price,share,plain,words,churn',
      '"$1,234.50",12%,7,"1,2",1',
      '-3,0.5%,"1,000","1,23",0',
    );
    const { labelled } = await readLabelledTable({ file: comma, label: 'churn' });
    expect(values(labelled.frame.columns.get('price'))).toEqual([1234.5, -3]);
    expect(values(labelled.frame.columns.get('share'))).toEqual([12, 0.5]);
    expect(values(labelled.frame.columns.get('plain'))).toEqual([7, 1000]);
    expect(values(labelled.frame.columns.get('words'))).toEqual(['1,2', '1,23']);
    const semicolons = file('semicolons.csv', 'price;small;point;churn', '1.234,50 €;1,234;1.5;1', '-3;;2;0');
    const continental = (await readLabelledTable({ file: semicolons, label: 'churn' })).labelled.frame;
    expect(values(continental.columns.get('price'))).toEqual([1234.5, -3]);
    expect(values(continental.columns.get('small'))).toEqual([1.234, Number.NaN]);
    expect(values(continental.columns.get('point'))).toEqual([1.5, 2]);
  });

  test('a row without an id is a separate account, and a row without a label is left out', async () => {
    const path = file('t.csv', 'who,n,churn', 'a,1,1', ',2,0', 'a,3,-1', ',4,yes', 'b,5,N/A');
    const { labelled, notes } = await readLabelledTable({ file: path, label: 'churn', id: 'who' });
    expect([...labelled.groups]).toEqual([0, 1, 0, 2]);
    expect([...labelled.labels[0]!]).toEqual([1, 0, 0, 1]);
    expect(notes).toEqual([
      '1 rows are left out: they have no churn',
      '2 rows have no who: each counts as an account of its own',
    ]);
  });

  test('refuses what a model cannot learn from', async () => {
    const read = (label: string, ...lines: string[]) =>
      readLabelledTable({ file: file('t.csv', ...lines), label });
    await expect(read('churn', 'a,churn', '1,A', '2,B')).rejects.toThrow(
      /label churn is "A" in row 1, which does not say .*; write 1 or yes/,
    );
    await expect(read('churn', 'a,churn', '1,yes', '2,yes')).rejects.toThrow(/every account churned/);
    await expect(read('churn', 'a,churn', '1,0', '2,0')).rejects.toThrow(/no account churned/);
    await expect(read('churn', 'a,churn', '1,', '2,')).rejects.toThrow(/empty in every row/);
    await expect(read('churn', 'a,Churned', '1,1', '2,0')).rejects.toThrow(
      /no column churn; did you mean --label Churned/,
    );
    await expect(read('churn', 'a,churn')).rejects.toThrow(/no rows/);
    const wide = join(folder, 'wide.csv');
    writeFileSync(wide, Buffer.from('\ufeffa,churn\n1,1\n2,0\n', 'utf16le'));
    await expect(readLabelledTable({ file: wide, label: 'churn' })).rejects.toThrow(
      /UTF-16.*save it as CSV in UTF-8/,
    );
    await expect(read('churn', 'churn', '1', '0')).rejects.toThrow(/no column is left to learn from/);
    const path = file('u.csv', 'a,when,churn', '1,soon,1', '2,2024-01-01,0');
    await expect(readLabelledTable({ file: path, label: 'churn', asOf: 'when' })).rejects.toThrow(
      /as-of column when has no date in row 1/,
    );
    await expect(readLabelledTable({ file: path, label: 'churn', ignore: ['wen'] })).rejects.toThrow(
      /did you mean --ignore when/,
    );
    await expect(readLabelledTable({ file: join(folder, 'x.csv'), label: 'churn' })).rejects.toMatchObject({
      exitCode: 2,
    });
  });
});

describe('a table to be scored', () => {
  const train = async () => {
    const path = file(
      'train.csv',
      'id,code,amount,vip,joined,day,churn',
      'a,x1,1,true,2024-01-01,2024-02-01,1',
      'b,x2,2,false,2024-01-01,2024-02-01,0',
    );
    return readLabelledTable({ file: path, label: 'churn', id: 'id', asOf: 'day' });
  };

  test('is read with the types of the training table', async () => {
    const { featureSet } = await train();
    const path = file(
      'new.csv',
      'extra,id,joined,vip,code,amount,day',
      'z,01,2024-01-31,1,007,NA,2024-02-01',
    );
    const { frame, ids, asOfEpochDays } = await readTable({ file: path, featureSet, id: 'id', asOf: 'day' });
    expect(ids).toEqual(['01']);
    expect([...asOfEpochDays!]).toEqual([19754]);
    expect(Object.fromEntries([...frame.columns].map(([name, column]) => [name, values(column)]))).toEqual({
      code: ['007'],
      amount: [Number.NaN],
      vip: [1],
      joined: [1],
    });
  });

  test('gives the training frame when read from the training table', async () => {
    const { labelled, featureSet } = await train();
    const scored = await readTable({ file: join(folder, 'train.csv'), featureSet, asOf: 'day' });
    expect(scored.frame).toEqual(labelled.frame);
    expect(scored.ids).toBeNull();
    const evaluated = await readLabelledTable({
      file: join(folder, 'train.csv'),
      label: 'churn',
      asOf: 'day',
      featureSet,
    });
    expect(evaluated.labelled.frame).toEqual(labelled.frame);
  });

  test('reads yes and no as true and false', async () => {
    const { featureSet } = await train();
    const rows = ['x,1,Yes,,2024-02-01', 'x,1,no,,2024-02-01', 'x,1,,,2024-02-01'];
    const path = file('new.csv', 'code,amount,vip,joined,day', ...rows);
    const { frame, notes } = await readTable({ file: path, featureSet, asOf: 'day' });
    expect(values(frame.columns.get('vip'))).toEqual([1, 0, Number.NaN]);
    expect(notes).toEqual([]);
  });

  test('reads a typing error among numbers as missing and says so', async () => {
    const { featureSet } = await train();
    const rows = Array.from({ length: 20 }, (_, row) => `x,${row === 7 ? 'lots' : row},1,,2024-02-01`);
    const path = file('new.csv', 'code,amount,vip,joined,day', ...rows);
    const { frame, notes } = await readTable({ file: path, featureSet, asOf: 'day' });
    expect(values(frame.columns.get('amount')).slice(6, 9)).toEqual([6, Number.NaN, 8]);
    expect(notes).toEqual([
      'amount counts as missing in 1 rows that hold no number, the first is "lots" in row 8',
    ]);
  });

  test('refuses columns that are missing or hold something else', async () => {
    const { featureSet } = await train();
    const read = (...lines: string[]) =>
      readTable({ file: file('new.csv', ...lines), featureSet, asOf: 'day' });
    await expect(read('Code,amount,vip,joined,day', 'x,1,1,2024-01-01,2024-02-01')).rejects.toThrow(
      /column code is missing that the model was trained on; is code here named Code\?/,
    );
    await expect(
      read('code,amount,vip,joined,day', 'x,1,1,2024-01-01,2024-02-01', 'x,lots,1,,2024-02-01'),
    ).rejects.toThrow(/column amount should hold numbers and has "lots" in row 2/);
    const path = file('new.csv', 'code,amount,vip,joined', 'x,1,1,2024-01-01');
    await expect(readTable({ file: path, featureSet })).rejects.toThrow(/joined holds times.*--as-of/);
    await expect(readTable({ file: path, featureSet, id: 'ID' })).rejects.toThrow(/no column ID/);
  });
});
