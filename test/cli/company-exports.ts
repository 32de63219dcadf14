import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../../stats/seeded-random.ts';

/*
 * Five exports of one company, as a billing system, a product analytics tool and a help desk write them: day-first dates, cents
 * per unit and period, a status instead of an end, words of their own, and usage that names the subscription.
 */

const FIRST_DAY = Date.UTC(2025, 0, 1);
const DAYS = 300;
const DAY_MS = 86_400_000;
const CUSTOMERS = 160;

/** Writes the five files and gives the number of rows of each. */
export function writeCompanyExports(folder: string): Readonly<Record<string, number>> {
  const random = createRandom(7);
  const customers: string[] = [
    'Customer ID;Company;E-mail;VAT number;Street;Postcode;Country;Tier;Net terms;Created (UTC);Test account',
  ];
  const subscriptions: string[] = [
    'Subscription ID;Customer ID;Plan;Item;Quantity;Unit amount;Currency;Interval;Status;Start;Current period end;Ended at;Coupon;Tax rate',
  ];
  const events: string[] = ['event,time,distinct_id,subscription_id,$browser,$city,$os,mp_lib'];
  const daily: string[] = ['day,org,org_name,reports_opened,records_edited,emails_sent'];
  const tickets: string[] = [
    'Ticket #,Organization,Requester,Subject,Opened,Solved,Priority,Satisfaction,Spam',
  ];
  const ticketNumber = () => 48_000 + tickets.length;

  for (let index = 0; index < CUSTOMERS; index++) {
    const customer = `cus_${(1000 + index).toString(36)}X`;
    const isTest = index % 40 === 39;
    const startDay = Math.floor(random.next() * 60);
    const leaves = random.next() < 0.55;
    const endDay = leaves ? startDay + 60 + Math.floor(random.next() * 220) : Number.POSITIVE_INFINITY;
    const isYearly = random.next() < 0.3;
    const seats = 2 + Math.floor(random.next() * 8);
    customers.push(
      [
        customer,
        `"Company; No. ${index}"`,
        `billing${index}@example.com`,
        '',
        '1 High Street',
        'AB1 2CD',
        index % 3 === 0 ? 'GB' : 'DE',
        String(1 + (index % 3)),
        '30',
        dayFirst(startDay),
        isTest ? 'yes' : 'no',
      ].join(';'),
    );
    const main = `sub_${index}A`;
    const ended = endDay < DAYS ? dayFirst(endDay) : '-';
    const unit = isYearly ? '21600' : '1999';
    subscriptions.push(
      `${main};${customer};${isYearly ? 'Team (yearly)' : 'Team'};base;${seats};${unit};EUR;${isYearly ? 'year' : 'month'};${endDay < DAYS ? 'canceled' : 'active'};${dayFirst(startDay)};${dayFirst(isYearly ? startDay + 365 : startDay + 330)};${ended};;19.0`,
    );
    // An add-on, booked with the contract or later; and a checkout that nobody finished.
    const addOnDay = index % 10 === 0 ? startDay : startDay + 30;
    if (index % 5 === 0 && endDay > startDay + 40)
      subscriptions.push(
        `sub_${index}B;${customer};Reports add-on;addon;1;900;EUR;month;${endDay < DAYS ? 'canceled' : 'active'};${dayFirst(addOnDay)};${dayFirst(startDay + 330)};${ended};;19.0`,
      );
    if (index % 11 === 0)
      subscriptions.push(
        `sub_${index}C;${customer};Team;base;1;1999;EUR;month;incomplete;${dayFirst(startDay + 1)};-;-;;19.0`,
      );

    for (let day = startDay; day < Math.min(DAYS, endDay); day++) {
      // Those who leave use it less in their last two months.
      const fade = Math.min(1, (endDay - day) / 60);
      const weekday = new Date(FIRST_DAY + day * DAY_MS).getUTCDay();
      if (weekday === 0 || random.next() > 0.75 * fade) continue;
      const user = `u-${index}-${Math.floor(random.next() * seats)}`;
      const second =
        Math.floor(FIRST_DAY / 1000) + day * 86_400 + 28_800 + Math.floor(random.next() * 30_000);
      events.push(`Logged In,${second},${user},${main},Firefox,Berlin,Linux,web`);
      if (random.next() < 0.5 * fade)
        events.push(`$pageview,${second + 60},${user},${main},Firefox,Berlin,Linux,web`);
      const counts = [1.5, 3, 1].map((mean) => Math.floor(random.next() * 2 * mean * fade));
      if (counts.some((count) => count > 0))
        daily.push(
          [
            new Date(FIRST_DAY + day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', ''),
            customer,
            `Company ${index}`,
            ...counts,
          ].join(','),
        );
      if (random.next() < 0.01 + 0.03 * (1 - fade)) {
        const priority = ['P1', 'P2', 'P3'][Math.floor(random.next() * 3)];
        const satisfaction = ['good', 'bad', 'offered', ''][Math.floor(random.next() * 4)];
        const solved = day + 1 < DAYS ? `${monthNamed(day + 1)} 16:30` : '';
        tickets.push(
          `${ticketNumber()},${customer},${user},"Help, please",${monthNamed(day)} 09:15,${solved},${priority},${satisfaction},no`,
          `${ticketNumber() + 1},${customer},${user},Again,${monthNamed(day)} 09:15,${solved},${priority},,no`,
        );
      }
    }
  }
  tickets.push(`99999,,stranger,Buy followers,${monthNamed(100)} 03:00,,P3,,yes`);

  const files = { customers, subscriptions, events, daily, tickets };
  for (const [name, lines] of Object.entries(files))
    writeFileSync(join(folder, `${name}.csv`), `${lines.join('\r\n')}\r\n`);
  return Object.fromEntries(Object.entries(files).map(([name, lines]) => [name, lines.length - 1]));
}

/** @example dayFirst(0) // '01/01/2025' */
function dayFirst(day: number): string {
  const [year, month, date] = new Date(FIRST_DAY + day * DAY_MS).toISOString().slice(0, 10).split('-');
  return `${date}/${month}/${year}`;
}

/** @example monthNamed(0) // '1 Jan 2025' */
function monthNamed(day: number): string {
  const time = new Date(FIRST_DAY + day * DAY_MS);
  const month = time.toLocaleString('en-GB', { month: 'short', timeZone: 'UTC' }).slice(0, 3);
  return `${time.getUTCDate()} ${month} ${time.getUTCFullYear()}`;
}

export const COMPANY_MAPPING = `tenant: brightdesk
files:
  - file: customers.csv
    table: accounts
    columns:
      account_id: Customer ID
      name: Company
      region: Country
      segment: { from: Tier, values: { "1": enterprise, "2": mid-market }, otherwise: small }
      created_at: { from: Created (UTC), format: DD/MM/YYYY }
    skip:
      - { column: Test account, equals: "yes" }

  - file: subscriptions.csv
    table: subscriptions
    missing: ["-"]
    columns:
      subscription_id: Subscription ID
      account_id: Customer ID
      product: Item
      plan: { from: Plan, values: { Team (yearly): Team } }
      seats: Quantity
      mrr:
        from: Unit amount
        scale: 0.01
        times: Quantity
        divide: { by: Interval, values: { month: 1, year: 12 } }
      currency: Currency
      started_at: { from: Start, format: DD/MM/YYYY }
      renews_at: { from: Current period end, format: DD/MM/YYYY }
      cancelled_at: { from: Ended at, format: DD/MM/YYYY }
    skip:
      - { column: Status, equals: incomplete }

  - file: events.csv
    table: events
    columns:
      account_id:
        from: subscription_id
        lookup: { file: subscriptions.csv, key: Subscription ID, value: Customer ID }
      user_id: distinct_id
      event_type: { from: event, values: { Logged In: login, $pageview: page_view } }
      event_time: { from: time, format: epoch seconds }

  - file: daily.csv
    table: events
    columns:
      account_id: org
      event_time: { from: day, format: YYYYMMDD }
    counts: { reports_opened: report_viewed, records_edited: contact_updated, emails_sent: email_sent }

  - file: tickets.csv
    table: support-tickets
    columns:
      ticket_id: "Ticket #"
      account_id: Organization
      opened_at: { from: Opened, format: D MMM YYYY HH:mm, zone: Europe/Berlin }
      closed_at: { from: Solved, format: D MMM YYYY HH:mm, zone: Europe/Berlin }
      severity: { from: Priority, values: { P1: urgent, P2: high, P3: normal } }
      csat: { from: Satisfaction, values: { good: 5, bad: 1, offered: null } }
    skip:
      - { column: Organization, empty: true }
`;
