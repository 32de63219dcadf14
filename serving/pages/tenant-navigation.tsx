/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */

/** The pages about a tenant, in the order of the navigation, by the end of their path. */
const TENANT_PAGES = {
  '': 'Risk list',
  calls: 'Who to call first',
  portfolio: 'Portfolio',
  model: 'Model',
} as const satisfies Record<string, string>;

export type TenantPage = keyof typeof TENANT_PAGES;

/** @example tenantPath('acme') // '/tenants/acme' */
export function tenantPath(tenantId: string): string {
  return `/tenants/${encodeURIComponent(tenantId)}`;
}

/** Links to the pages about one tenant. */
export function TenantNavigation(props: {
  readonly tenantId: string;
  /** The page that is shown; undefined on one below them, such as an account. */
  readonly page: TenantPage | undefined;
}) {
  const { tenantId, page } = props;
  return (
    <nav class="tenant" aria-label={`Pages about ${tenantId}`}>
      {Object.entries(TENANT_PAGES).map(([end, label]) => (
        <a
          href={end === '' ? tenantPath(tenantId) : `${tenantPath(tenantId)}/${end}`}
          aria-current={end === page ? 'page' : undefined}
        >
          {label}
        </a>
      ))}
    </nav>
  );
}
