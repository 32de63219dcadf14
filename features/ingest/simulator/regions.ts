export const REGIONS = ['amer', 'emea', 'apac', 'latam'] as const;
export type Region = (typeof REGIONS)[number];
