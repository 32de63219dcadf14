import { expect, test } from 'vitest';
import { activityKinds } from '../../../features/ingest/raw-tables.ts';
import { buildMarts } from '../../../features/marts/build-marts.ts';
import { featureSetOf, loadFeatureSet, readBuiltSettings } from '../../../features/marts/feature-set.ts';
import { readMartsManifest } from '../../../features/marts/marts-manifest.ts';
import { defaultSettings } from '../../../features/settings/default-settings.ts';
import { readFeatureSettings } from '../../../features/settings/read-feature-settings.ts';
import { AS_OF, account, earlyEvent, event, featuresOf, throughAsOf } from './acme.ts';
import { append, martsFrom, openRawLayer, type RawLayer, rowsOf } from './small-raw-layer.ts';

/** Kinds, windows and the grid of as-of dates as rows of the raw layer. */

const LEARN = { activity_kind: 'learn', label: "lessons of the customers' users", unit: 'lessons' };
const lesson = (day: string, more = {}) =>
  event('a', `2026-${day}T10:00:00`, { event_type: 'Lesson', ...more });
const raw: RawLayer = {
  tenant_settings: [throughAsOf],
  accounts: [account('a'), account('b')],
  activity_kinds: [LEARN, { activity_kind: 'assess', in_use: false }],
  event_kinds: [{ event_type: 'lesson', activity_kind: 'learn' }],
  feature_settings: [{ setting: 'window_days', value: '28 84 112' }],
  platform_events: [
    earlyEvent,
    lesson('05-31'),
    lesson('05-30', { user_id: 'ben' }),
    lesson('04-20'),
    lesson('02-15'),
    event('a', '2026-02-01T10:00:00', { event_type: 'quiz' }),
  ],
};

test('a kind of one row has the columns of every other, and its events are counted in them', async () => {
  const row = await featuresOf(raw, 'a');
  expect(row).toMatchObject({
    learn_events_28d: 2,
    learn_active_users_28d: 2,
    learn_events_84d: 3,
    learn_events_112d: 4,
    learn_active_days_vs_tenant_28d: 1,
    learn_days_since_last_event: 1,
    kinds_used_112d: 1,
    events_112d: 4,
    other_events_112d: 0,
    days_since_last_event: 1,
  });
  // A quiz of a kind that is out of use is one of the other actions.
  expect(
    await featuresOf({ ...raw, feature_settings: [{ setting: 'window_days', value: '28 84 126' }] }, 'a'),
  ).toMatchObject({ other_events_126d: 1, kinds_used_126d: 2 });
  expect(row).not.toHaveProperty('assess_events_28d');
  expect(row).not.toHaveProperty('events_7d');
});

test('the feature set is that of the build, and its columns those of the mart', async () => {
  const warehouse = await openRawLayer(raw);
  await buildMarts(warehouse);
  const settings = await readFeatureSettings(warehouse);
  const built = await readBuiltSettings(warehouse);
  expect(built).toEqual({ activity_kinds: settings.activity_kinds, window_days: [28, 84, 112] });
  const { columns } = readMartsManifest(settings).models.find(({ name }) => name === 'account_features')!;
  const described = await warehouse.describe({ schema: 'analytics', name: 'account_features' });
  expect(described.map(({ name }) => name)).toEqual(columns.map(({ name }) => name));
  const featureSet = await loadFeatureSet(warehouse);
  expect(featureSet).toEqual(featureSetOf(settings));
  expect(featureSet.features.find(({ name }) => name === 'learn_events_28d')).toMatchObject({
    label: `${LEARN.label} in the last 4 weeks`,
    unit: 'lessons',
  });
});

test('settings that change after the build leave its feature set alone', async () => {
  const warehouse = await openRawLayer({ tenant_settings: [throughAsOf] });
  await buildMarts(warehouse);
  await append(warehouse, activityKinds, [LEARN]);
  expect(await loadFeatureSet(warehouse)).toEqual(featureSetOf(defaultSettings()));
  await buildMarts(warehouse);
  expect((await loadFeatureSet(warehouse)).features.map(({ name }) => name)).toContain('learn_events_7d');
});

test('the grid begins and steps as the settings say', async () => {
  const grid = {
    feature_settings: [
      { setting: 'Grid_Start', value: ' 2026-03-03' },
      { setting: 'grid_step_days', value: '21' },
    ],
  };
  const dates = (await martsFrom({ ...raw, ...grid }).then((marts) => marts('tenant_as_of_dates')))
    .filter(({ tenant_id }) => tenant_id === 'acme')
    .map(({ as_of_date }) => as_of_date);
  expect(dates).toEqual([
    '2026-03-03',
    '2026-03-24',
    '2026-04-14',
    '2026-05-05',
    '2026-05-25',
    '2026-05-26',
    AS_OF,
  ]);
});

test('raw tables that contradict themselves refuse the build, and the marts stay', async () => {
  const warehouse = await openRawLayer({ ...raw, activity_kinds: [] });
  await expect(buildMarts(warehouse)).rejects.toThrow(
    /event type lesson is mapped to learn, which is no kind of activity/,
  );
  expect(await rowsOf(warehouse, 'raw', 'event_kinds')).toHaveLength(1);
  expect(await warehouse.describe({ schema: 'analytics', name: 'account_features' })).toEqual([]);
});
