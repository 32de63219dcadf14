import { openTableFile } from '../files/table-file.ts';

/** Rows of a converted file by the tenant that they name, `*` for none. Nothing where rows have no tenant. */
export async function rowsByTenant(parquetFile: string): Promise<Readonly<Record<string, number>>> {
  const source = await openTableFile(parquetFile);
  try {
    if (!source.columns.some(({ name }) => name === 'tenant_id')) return {};
    const counts = new Map<string, number>();
    for await (const { columns } of source.read(['tenant_id']))
      for (const tenantId of columns.get('tenant_id')!.values) {
        const key = tenantId === null ? '*' : String(tenantId);
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    return Object.fromEntries([...counts].sort(([left], [right]) => (left < right ? -1 : 1)));
  } finally {
    await source.close();
  }
}
