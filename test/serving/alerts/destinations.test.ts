import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HTTP } from 'cloudevents';
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emailChannel } from '../../../serving/alerts/destinations/email.ts';
import { slackChannel } from '../../../serving/alerts/destinations/slack.ts';
import { webhookChannel } from '../../../serving/alerts/destinations/webhook.ts';
import { DeliveryFailed } from '../../../serving/alerts/messages/channel.ts';
import type { Message } from '../../../serving/alerts/messages/message.ts';
import { openChannel } from '../../../serving/alerts/open-channel.ts';
import { day, tenant } from '../small-marts.ts';

const SECRET = 'only the receiver and we know this';
const clock = () => new Date('2026-11-26T06:00:00Z');

const MESSAGE: Message = {
  id: '0123456789abcdef0123456789abcdef',
  tenantId: tenant('acme'),
  owner: 'ana',
  subject: 'acme: Söhne & <Co> is critical, at 81 % risk within 90 days',
  raisedAt: clock(),
  alerts: [
    {
      id: '0123456789abcdef0123456789abcdef',
      tenantId: tenant('acme'),
      accountId: 'a-1',
      rule: 'entered-critical',
      asOf: day('2026-11-26'),
      owner: 'ana',
      text: 'Söhne & <Co> is critical, at 81 % risk within 90 days',
      account: {
        name: 'Söhne & <Co>',
        band: 'critical',
        probability_90d: 0.81,
        previous_probability_90d: 0.4,
        mrr: 1200,
        currency: 'USD',
        renews_at: null,
        reasons: ['Nobody logged in for <https://evil.example|4 weeks>.'],
      },
    },
  ],
};

describe('a webhook', () => {
  const received: { request: IncomingMessage; body: string }[] = [];
  let answer = 204;
  let url: string;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      received.push({ request, body });
      response.writeHead(answer, answer === 302 ? { location: 'http://elsewhere.example/' } : {}).end();
    });
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  afterAll(() => server.close());

  it('gets a CloudEvent whose signature it can check', async () => {
    await webhookChannel({ url, secret: SECRET, clock }).send(MESSAGE);
    const { request, body } = received.at(-1)!;
    // What docs/alerts.md tells receivers to do.
    const [, seconds, given] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(
      String(request.headers['churn-signature']),
    )!;
    const expected = createHmac('sha256', SECRET).update(`${seconds}.${body}`).digest();
    expect(timingSafeEqual(expected, Buffer.from(given!, 'hex'))).toBe(true);
    expect(Number(seconds)).toBe(clock().getTime() / 1000);
    const event = HTTP.toEvent({ headers: request.headers as Record<string, string>, body });
    expect(Array.isArray(event)).toBe(false);
    expect(event).toMatchObject({
      id: MESSAGE.id,
      type: 'churn.alert.raised',
      source: '/churn/tenants/acme',
      subject: 'a-1',
      tenantid: 'acme',
      data: {
        alerts: [
          { tenant_id: 'acme', account_id: 'a-1', as_of_date: '2026-11-26', rule: 'entered-critical' },
        ],
      },
    });
    expect((event as unknown as { validate(): boolean }).validate()).toBe(true);
  });

  it('is tried again where that can help, and not where it cannot', async () => {
    const channel = webhookChannel({ url, secret: SECRET, clock });
    for (const [status, isFinal] of [
      [500, false],
      [503, false],
      [429, false],
      [401, false],
      [404, false],
      [400, true],
      [410, true],
      [302, false],
    ] as const) {
      answer = status;
      const error = await channel.send(MESSAGE).catch((thrown: unknown) => thrown);
      expect(error, String(status)).toBeInstanceOf(DeliveryFailed);
      expect((error as DeliveryFailed).isFinal, String(status)).toBe(isFinal);
    }
    answer = 204;
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const nobody = `http://127.0.0.1:${port}/key`;
    const closed = webhookChannel({ url: nobody, secret: SECRET, clock }).send(MESSAGE);
    await expect(closed).rejects.toThrow(/^no answer \(ECONNREFUSED\)$/);
  });
});

describe('Slack', () => {
  const bodies: { text: string; blocks: { type: string; text: { text: string } }[] }[] = [];
  const slack = setupServer(
    http.post('https://hooks.slack.example/services/T/B/key', async ({ request }) => {
      bodies.push((await request.json()) as never);
      return HttpResponse.text('ok');
    }),
  );
  beforeAll(() => slack.listen({ onUnhandledRequest: 'bypass' }));
  afterAll(() => slack.close());

  it('gets blocks in which no name is a link or a mention', async () => {
    await slackChannel({ url: 'https://hooks.slack.example/services/T/B/key' }).send(MESSAGE);
    const { blocks } = bodies.at(-1)!;
    expect(blocks.map(({ type }) => type)).toEqual(['header', 'section']);
    expect(blocks[1]!.text.text).toBe(
      '*Söhne &amp; &lt;Co&gt; is critical, at 81 % risk within 90 days*\n• Nobody logged in for &lt;https://evil.example|4 weeks&gt;.',
    );
  });

  it('gets at most as many blocks as it takes', async () => {
    const many = { ...MESSAGE, alerts: Array.from({ length: 120 }, () => MESSAGE.alerts[0]!) };
    await slackChannel({ url: 'https://hooks.slack.example/services/T/B/key' }).send(many);
    expect(bodies.at(-1)!.blocks).toHaveLength(50);
    expect(bodies.at(-1)!.blocks.at(-1)!.text.text).toBe('and 72 more');
  });
});

describe('mail', () => {
  const mails: { to: string[]; text: string }[] = [];
  let refusal: number | null = null;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      let text = '';
      stream.on('data', (chunk) => (text += chunk));
      stream.on('end', () => {
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text });
        const error: (Error & { responseCode?: number }) | null = refusal === null ? null : new Error('no');
        if (error !== null && refusal !== null) error.responseCode = refusal;
        done(error);
      });
    },
  });
  let url: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise<void>((resolve) => server.close(resolve)));

  const options = () => ({ server: url, from: 'churn@example.com', to: ['team@example.com'] });

  it('goes to the owner where the address is known, else to the team', async () => {
    const channel = emailChannel({ ...options(), owners: { ana: 'ana@example.com' } });
    await channel.send(MESSAGE);
    await channel.send({ ...MESSAGE, owner: null });
    await channel.send({ ...MESSAGE, subject: 'a\r\nBcc: everybody@example.com' });
    await channel.close();
    expect(mails.map(({ to }) => to)).toEqual([
      ['ana@example.com'],
      ['team@example.com'],
      ['ana@example.com'],
    ]);
    expect(mails[0]!.text).toContain(`Message-ID: <${MESSAGE.id}@churn.invalid>`);
    expect(mails[2]!.text).not.toMatch(/^Bcc:/m);
  });

  it('is tried again unless the server refuses it for good', async () => {
    const channel = emailChannel({ ...options(), owners: {} });
    for (const [code, isFinal] of [
      [451, false],
      [550, true],
    ] as const) {
      refusal = code;
      const error = await channel.send(MESSAGE).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(DeliveryFailed);
      expect((error as DeliveryFailed).isFinal).toBe(isFinal);
    }
    await channel.close();
  });
});

it('a key that the environment lacks, and a client that is not installed, are said', async () => {
  const common = { name: 'ops', tenants: '*', digest: 'none' } as const;
  const webhook = { ...common, to: { webhook: { url: 'https://x.example', secret: 'CHURN_ALERT_X' } } };
  await expect(openChannel(webhook, { secrets: {}, clock })).rejects.toThrow(
    'alerts to ops: CHURN_ALERT_X is not set; set it in the environment of the night',
  );
  const kafka = { ...common, to: { kafka: { brokers: ['127.0.0.1:9'], topic: 'alerts' } } };
  await expect(openChannel(kafka, { secrets: {}, clock })).rejects.toThrow(
    /npm install @platformatic\/kafka@1/,
  );
});
