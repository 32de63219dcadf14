/**
 * Every latent parameter of the simulated world, in one place. These numbers set how hard churn is to foresee;
 * none of them, and nothing drawn from them directly, is ever written to a raw table.
 */

/** A log-normal quantity: half of the draws lie below the median; `spread` is the deviation of the logarithm. */
export interface LogNormal {
  readonly median: number;
  readonly spread: number;
}

/** A uniform quantity. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** How customers come to leave. Accounts of a tenant and tenants of the platform live by the same rules. */
export interface LifeParameters {
  /** Slow declines that may end in departure. */
  readonly declinesPerMonth: number;
  /** Weeks from the first missed session to the lowest level. */
  readonly declineWeeks: LogNormal;
  /** Share of normal engagement that is left at the bottom. */
  readonly remainingLevel: Range;
  /** Of those who decline, so many leave; the others recover. */
  readonly leavesAfterDecline: number;
  /** Mean weeks between the bottom and the decision to leave. */
  readonly hesitationWeeks: number;
  /** Of annual contracts whose holder has decided, so many end before the renewal. */
  readonly cancelsMidTerm: number;
  /** Days to the renewal beyond which a decided holder of an annual contract may come round, and how often. */
  readonly secondThoughts: { readonly waitDays: number; readonly chance: number };
  /** Decides to leave for reasons of business, with no sign beforehand. */
  readonly businessLeavesPerYear: number;
  /** Temporary dips that always recover: a project pause, a busy quarter. */
  readonly pausesPerMonth: number;
  readonly pauseWeeks: Range;
  readonly pauseLevel: Range;
  /** Weeks with many bad tickets; some customers then leave while still active. */
  readonly supportCrisesPerMonth: number;
  readonly leavesAfterCrisis: number;
  /** The user who carries the product leaves; that may start a decline. */
  readonly championLeavesPerMonth: number;
  readonly declinesAfterChampion: number;
  /** Price rises at renewal, and how much more often declines start in the days after. */
  readonly priceRisesPerRenewalYear: number;
  readonly priceRise: Range;
  readonly declineFactorAfterPriceRise: number;
  /** Customers this young decline more often. */
  readonly newcomerDays: number;
  readonly newcomerDeclineFactor: number;
}

export const ACCOUNT_LIFE: LifeParameters = {
  declinesPerMonth: 0.026,
  declineWeeks: { median: 8, spread: 0.45 },
  remainingLevel: { low: 0.03, high: 0.4 },
  leavesAfterDecline: 0.85,
  hesitationWeeks: 12,
  cancelsMidTerm: 0.55,
  secondThoughts: { waitDays: 150, chance: 0.5 },
  businessLeavesPerYear: 0.035,
  pausesPerMonth: 0.03,
  pauseWeeks: { low: 2, high: 6 },
  pauseLevel: { low: 0, high: 0.6 },
  supportCrisesPerMonth: 0.008,
  leavesAfterCrisis: 0.4,
  championLeavesPerMonth: 0.01,
  declinesAfterChampion: 0.35,
  priceRisesPerRenewalYear: 0.2,
  priceRise: { low: 1.05, high: 1.25 },
  declineFactorAfterPriceRise: 2,
  newcomerDays: 120,
  newcomerDeclineFactor: 1.8,
};

export const TENANT_LIFE: LifeParameters = {
  ...ACCOUNT_LIFE,
  declinesPerMonth: 0.016,
  declineWeeks: { median: 10, spread: 0.4 },
  remainingLevel: { low: 0.08, high: 0.4 },
  leavesAfterDecline: 0.85,
  businessLeavesPerYear: 0.02,
  hesitationWeeks: 7,
  cancelsMidTerm: 0.75,
  pausesPerMonth: 0.01,
  pauseLevel: { low: 0.5, high: 0.8 },
  supportCrisesPerMonth: 0.006,
  // A tenant has many users on the platform; no single one carries it.
  championLeavesPerMonth: 0,
  newcomerDays: 180,
};

/** Accounts of a tenant that loses many of them for reasons that lie outside the product. */
export const LIFE_WITHOUT_SIGNS: LifeParameters = {
  ...ACCOUNT_LIFE,
  declinesPerMonth: 0,
  businessLeavesPerYear: 0.24,
  supportCrisesPerMonth: 0,
  championLeavesPerMonth: 0,
  priceRisesPerRenewalYear: 0,
};

/** Kinds of accounts, with their share of a tenant's accounts. */
export const TEMPERAMENTS = {
  ordinary: { share: 0.78, declineFactor: 1, useFactor: 1 },
  /** Low use or integration only, and stays for years. */
  silentButLoyal: { share: 0.1, declineFactor: 0.04, useFactor: 0.12 },
  /** Nearly gone for part of every year, and back. */
  seasonal: { share: 0.07, declineFactor: 0.6, useFactor: 1 },
  /** Keeps starting and stopping. */
  restless: { share: 0.05, declineFactor: 1, useFactor: 1 },
} as const;

export type Temperament = keyof typeof TEMPERAMENTS;

export const SEASONAL_BREAK = { weeks: { low: 6, high: 11 }, level: { low: 0.05, high: 0.3 } };
export const RESTLESS_PAUSE_FACTOR = 6;

/** Who holds no contract comes and goes as projects do. */
export const NO_CONTRACT_PAUSE_FACTOR = 5;

/** What differs from tenant to tenant, so that a number means something only beside the tenant's own usual. */
export const TENANT_VARIETY = {
  accountsPerTenant: { median: 14, spread: 1.1 },
  smallestTenantAccounts: 6,
  largestTenantAccounts: 450,
  usersPerAccount: { median: 3.2, spread: 0.3 },
  /** Chance that a user works in the CRM on a workday. */
  userIntensity: { median: 0.14, spread: 0.45 },
  /** How often accounts decline, and how long it takes them, against the parameters above. */
  declineRate: { median: 1, spread: 0.3 },
  leadTime: { median: 1, spread: 0.3 },
  /** Weekend activity as a share of a workday's. */
  weekendShare: { low: 0.03, high: 0.4 },
  /** What is left of activity in mid-August, and between the years. */
  augustLevel: { low: 0.5, high: 0.95 },
  yearEndLevel: { low: 0.15, high: 0.6 },
  /** Half the swing of a yearly wave whose peak differs by tenant. */
  yearlyWave: { low: 0, high: 0.2 },
  supportTicketsPerAccountMonth: { median: 0.1, spread: 0.4 },
  pricePerSeat: { median: 1, spread: 0.3 },
  /** Shares of tenants: no subscriptions (inactivity churn), and euros for those in EMEA. */
  withoutSubscriptions: 0.2,
  euroInEmea: 0.4,
  /** Of the tenants that sell subscriptions, so many also have free accounts, and how many of theirs are free. */
  withFreeAccounts: 0.15,
  freeAccounts: { low: 0.2, high: 0.6 },
  /** Share of tenants that bill some accounts abroad in the other currency. */
  twoCurrencies: 0.12,
  /** Share of tenants whose accounts leave without any sign. */
  leaveWithoutSign: 0.08,
  /** Share of accounts on annual contracts. */
  annualContracts: { low: 0.3, high: 0.8 },
  /** Deviation of the logarithm of a tenant's own mix of event types. */
  mixSpread: 0.5,
};

/** What differs from account to account within a tenant. */
export const ACCOUNT_VARIETY = {
  usersSpread: 0.75,
  mostUsers: 24,
  intensitySpread: 0.55,
  declineRateSpread: 0.35,
  /** What makes declines rarer or more frequent, and can be seen in the raw layer. */
  declineFactorMonthly: 1.3,
  declineFactorIntegrated: 0.55,
  declineFactorTiny: 1.35,
  /** Weekly mood: a slow random walk of the logarithm of engagement around its mean. */
  moodDeviation: { low: 0.12, high: 0.35 },
  moodWeeklyMemory: 0.8,
  integrationShare: 0.3,
  integrationRowsPerWeek: { median: 1.7, spread: 0.5 },
  /** Company holidays in a year: a fortnight of next to nothing. */
  holidaysPerYear: 1,
  holidayDays: { low: 7, high: 18 },
  holidayLevel: 0.08,
  /** Users come and go in healthy accounts as well. */
  userTurnoverPerMonth: 0.012,
};

/** Shares of those who leave that prepare it in their last days; healthy accounts do each of these now and then too. */
export const DEPARTURE_SIGNS = { days: 28, exports: 0.12, removesUsers: 0.08, switchesOff: 0.12 };

/** How accounts change at the source, in a year of one account. */
export const ACCOUNT_CHANGES = { ownersPerYear: 0.25, namesPerYear: 0.02, regionsPerYear: 0.01 };

/** What customers buy besides, and how long they keep it. */
export const ADD_ONS = {
  /** Share that has one from the start, and chance in a year that one is bought later. */
  fromTheStart: 0.12,
  boughtPerYear: 0.1,
  /** Price as a share of the main contract's. */
  price: { low: 0.08, high: 0.3 },
  /** Chance at a renewal that it is dropped: in a decline, and otherwise. */
  droppedInDecline: { annual: 0.5, monthly: 0.12 },
  dropped: { annual: 0.05, monthly: 0.006 },
};

/** Of the pauses of monthly customers, so many pause the bill as well. */
export const PAUSED_BILLS = 0.2;

/** How events reach the raw layer. */
export const EVENT_DELIVERY = {
  /** Share of users who work without a connection now and then, and of their events that wait for one. */
  fieldUsers: 0.08,
  offline: 0.3,
  offlineHours: { median: 7, spread: 1.1 },
  /** Share of events in a batch that was lost and found. */
  lostBatches: 0.0004,
  foundAfterDays: { low: 7, high: 35 },
  /** Producers send at least once: so many events come again. */
  doubled: 0.003,
  doubledAfterHours: { median: 0.3, spread: 1.5 },
};

/** Share of tenants whose event feed once stood still, and of those outages that somebody declared a back-fill. */
export const OUTAGES = {
  share: 0.04,
  declared: 0.6,
  /** Where in the window, as a share of it. */
  place: { low: 0.25, high: 0.85 },
  days: { low: 2, high: 5 },
  deliveredAfterDays: { low: 1, high: 9 },
};

/** When a billing export gave cents, where the options of a simulation ask for it: a build in that time is refused. */
export const MISTAKEN_CENTS = { beganDaysAgo: 75, days: 12 };

export const CURRENCIES = { euro: 1.08, monthlyDeviation: 0.015, publishedAt: 0.25 };

/** Mood of a whole tenant, as above. */
export const TENANT_MOOD = { deviation: 0.12, weeklyMemory: 0.85 };

/** Lives start this long before the window, so that some declines are under way when it opens. */
export const BURN_IN_DAYS = 300;
