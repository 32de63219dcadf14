import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Ended, runChurn } from './churn-process.ts';
import { loadBefore, type SmallPlatform } from './small-platform.ts';

/** A home with marts, two logistic models and one night behind it. */
export async function prepareHome(platform: SmallPlatform, folder: string): Promise<string> {
  const home = join(folder, 'home');
  mkdirSync(join(home, 'landing'), { recursive: true });
  mkdirSync(join(folder, 'temporary'), { recursive: true });
  await loadBefore(platform, home);
  await succeed(home, ['features', 'build']);
  for (const scope of ['tenants', 'operator'])
    await succeed(home, ['train', '--model', 'logistic', '--scope', scope]);
  await succeed(home, ['nightly']);
  return home;
}

async function succeed(home: string, args: readonly string[]): Promise<Ended> {
  const ended = await runChurn(home, args);
  if (ended.status !== 0) throw new Error(`churn ${args.join(' ')}: ${ended.stdout}${ended.stderr}`);
  return ended;
}
