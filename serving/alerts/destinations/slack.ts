import type { Channel } from '../messages/channel.ts';
import type { Message } from '../messages/message.ts';
import { postJson } from './post-json.ts';

/** Slack takes 50 blocks a message; the heading and the line about the rest are two of them. */
const MOST_ALERTS = 48;
const LONGEST_TEXT = 2_900;

/** @param url Of an incoming webhook, which is its own key */
export function slackChannel({ url }: { readonly url: string }): Channel {
  return {
    send: (message) =>
      postJson(url, JSON.stringify(slackMessage(message)), { 'content-type': 'application/json' }),
    close: async () => undefined,
  };
}

export function slackMessage({ subject, alerts }: Message) {
  const shown = alerts.slice(0, MOST_ALERTS);
  const rest = alerts.length - shown.length;
  return {
    text: escaped(subject),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: subject.slice(0, 150) } },
      ...shown.map(({ text, account }) =>
        section([`*${escaped(text)}*`, ...(account?.reasons ?? []).map(bullet)]),
      ),
      ...(rest === 0 ? [] : [section([`and ${rest} more`])]),
    ],
  };
}

function section(lines: readonly string[]) {
  return { type: 'section', text: { type: 'mrkdwn', text: lines.join('\n').slice(0, LONGEST_TEXT) } };
}

function bullet(reason: string): string {
  return `• ${escaped(reason)}`;
}

/** Customers name their accounts; a name must not become a link or a mention. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
