import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const USUAL_PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The Chromium of this machine; CHURN_CHROMIUM says where it is when that is elsewhere. */
export function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHURN_CHROMIUM ?? USUAL_PLACES.find((place) => existsSync(place));
  if (executablePath === undefined)
    throw new Error('there is no Chromium: install it (apt-get install chromium) or set CHURN_CHROMIUM');
  // In a container the sandbox has no rights to set itself up, and these pages are ours.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
