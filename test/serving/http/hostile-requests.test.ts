import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningService } from '../../../serving/service/start-service.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { startRealService } from './real-service.ts';
import { type ServiceUnderTest, startServiceUnderTest } from './service-under-test.ts';

const folder = temporaryFolder();
let service: ServiceUnderTest;
let running: RunningService;
const log: string[] = [];

beforeAll(async () => {
  service = await startServiceUnderTest(await folder.path());
  running = await startRealService(service, { onLog: (line) => log.push(line) });
});
afterAll(async () => {
  await running.stop();
  await service.stop();
});
beforeEach(() => {
  log.length = 0;
});

/** Bytes on a socket, byte for byte. @returns what came back, up to the end of its first part */
async function send(text: string, { isCut = false } = {}): Promise<string> {
  const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
  socket.write(Buffer.from(text, 'latin1'));
  if (isCut) setTimeout(() => socket.end(), 20);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  // The log has the request once the service is through with it.
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  return answer.toString('latin1');
}

function expectRefused(answer: string): void {
  expect(answer).toMatch(/^HTTP\/1.1 4\d\d /);
  // Nobody is called because of what strangers send.
  expect(log.filter((line) => /"level":"(error|warn)"/.test(line))).toEqual([]);
}

const post = (path: string, type: string, body: string, length = body.length) =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n\r\n${body}`;

describe('a request of a stranger is refused, and is no failure of the service', () => {
  it.each([
    ['without a boundary', 'multipart/form-data', 'hello'],
    ['of no parts', 'multipart/form-data; boundary=x', ''],
    ['that is none', 'multipart/form-data; boundary=x', 'hello'],
    [
      'without an end',
      'multipart/form-data; boundary=x',
      '--x\r\ncontent-disposition: form-data; name="token"',
    ],
    ['with a type that is none', 'multipart/form-data; boundary="', 'hello'],
  ])('multipart %s', async (_what, type, body) => {
    const answer = await send(post('/session', type, body));
    expectRefused(answer);
    expect(answer).toContain('<!doctype html>');
  });

  it.each(['a b', '[', 'x:y:z', 'a@b', 'a/b', 'a#b', 'a\\b', '%', '%00', '\xff', '1.2.3.4.5:99999999'])(
    'a host named “%s”',
    async (host) => {
      const answer = await send(`GET /healthz HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
      expectRefused(answer);
      expect(answer).toContain('urn:churn:problem:malformed-request');
    },
  );

  it.each([
    'GET http://[/healthz',
    'GET *',
    'OPTIONS *',
    'GET ftp://x/healthz',
    'GET /%ff%fe',
    'GET //[',
    'GET /\\x',
  ])('%s', async (target) => {
    expectRefused(await send(`${target} HTTP/1.1\r\nhost: x\r\n\r\n`));
  });

  it.each([
    ['a form', post('/session', 'application/x-www-form-urlencoded', 'token=', 100)],
    ['multipart', post('/session', 'multipart/form-data; boundary=x', '--x\r\n', 100)],
    ['JSON', post('/v1/tenants/acme/score', 'application/json', '{', 100)],
    [
      'chunks',
      'POST /session HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab',
    ],
  ])('a body that is cut off: %s', async (_what, text) => {
    expectRefused(await send(text, { isCut: true }));
  });

  it('a body that is cut off, of somebody with a token', async () => {
    const text = post('/v1/tenants/acme/score', 'application/json', '{', 100);
    expectRefused(
      await send(text.replace('host: x', `host: x\r\nauthorization: Bearer ${running.token}`), {
        isCut: true,
      }),
    );
  });

  it('chunks that are none', async () => {
    expectRefused(
      await send(
        'POST /session HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      ),
    );
  });

  it('HTTP/1.0 needs no host, as some load balancers ask for health', async () => {
    expect(await send('GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 200 /);
  });
});
