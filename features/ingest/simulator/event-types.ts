interface EventKind {
  readonly type: string;
  /** How often users do it, against the others. */
  readonly weight: number;
  /** Mean repeats in one row. */
  readonly repeats: number;
  /** What only those do who have taken the product on; the first to go when they disengage. */
  readonly advanced: boolean;
}

/** What users do besides signing in. Tenants differ in the weights. */
export const EVENT_MIX: readonly EventKind[] = [
  { type: 'page_view', weight: 14, repeats: 9, advanced: false },
  { type: 'contact_viewed', weight: 10, repeats: 4, advanced: false },
  { type: 'contact_updated', weight: 6, repeats: 2, advanced: false },
  { type: 'contact_created', weight: 4, repeats: 2, advanced: false },
  { type: 'deal_updated', weight: 7, repeats: 2, advanced: false },
  { type: 'deal_created', weight: 3, repeats: 1.2, advanced: false },
  { type: 'deal_won', weight: 1, repeats: 1, advanced: false },
  { type: 'note_logged', weight: 5, repeats: 1.6, advanced: false },
  { type: 'email_sent', weight: 8, repeats: 4, advanced: false },
  { type: 'call_logged', weight: 4, repeats: 2, advanced: false },
  { type: 'meeting_logged', weight: 3, repeats: 1.1, advanced: false },
  { type: 'document_opened', weight: 3, repeats: 1.5, advanced: false },
  { type: 'list_viewed', weight: 4, repeats: 3, advanced: false },
  { type: 'dashboard_viewed', weight: 4, repeats: 2, advanced: true },
  { type: 'report_viewed', weight: 3, repeats: 2, advanced: true },
  { type: 'export_run', weight: 0.5, repeats: 1, advanced: true },
  { type: 'workflow_run', weight: 2, repeats: 6, advanced: true },
  { type: 'sequence_enrolled', weight: 2, repeats: 5, advanced: true },
  // Too new for any mapping of event types to kinds of activity; must be counted all the same.
  { type: 'assistant_prompted', weight: 0.8, repeats: 2, advanced: true },
];

/** What arrives without a user. */
export const INTEGRATION_MIX = [
  { type: 'api_call', weight: 7, repeats: 120 },
  { type: 'workflow_run', weight: 2, repeats: 15 },
  { type: 'form_submitted', weight: 2, repeats: 3 },
] as const;
