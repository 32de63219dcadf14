/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { OpenApiDocument } from '../http/openapi-document.ts';
import { Layout } from './layout.tsx';

/** What this page reads of an OpenAPI document. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Record<string, { schema: Schema }> }>
  >;
}

/** The OpenAPI document for people: no script, nothing from elsewhere. */
export function DocsPage({ document }: { readonly document: OpenApiDocument }) {
  const { info, tags = [], paths = {} } = document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Readonly<Record<string, Operation>>).map(([method, operation]) => ({
      path,
      method,
      operation,
    })),
  );
  const schemas = Object.entries((document.components?.schemas ?? {}) as Readonly<Record<string, Schema>>);
  return (
    <Layout title="API">
      <h1>The churn API</h1>
      <p class="dim">
        Version {info.version} · <a href="/openapi.json">OpenAPI 3.1 document</a>
      </p>
      {(info.description ?? '').split('\n\n').map((paragraph) => (
        <p class="text">{withCode(paragraph)}</p>
      ))}
      <pre>
        curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8080/v1/tenants/platform/scores?limit=5
      </pre>
      {tags.map(({ name, description }) => (
        <section>
          <h2>
            {name} <span class="dim small">{description}</span>
          </h2>
          {operations
            .filter(({ operation }) => operation.tags?.includes(name))
            .map(({ path, method, operation }) => (
              <OperationCard path={path} method={method} operation={operation} />
            ))}
        </section>
      ))}
      <h2>Documents</h2>
      {schemas.map(([name, schema]) => (
        <section class="card" id={name}>
          <h2>{name}</h2>
          <Properties schema={schema} />
        </section>
      ))}
    </Layout>
  );
}

function OperationCard(props: {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}) {
  const { path, method, operation } = props;
  const body = Object.values(operation.requestBody?.content ?? {})[0];
  return (
    <section class="card" id={operation.operationId}>
      <p>
        <span class="method">{method.toUpperCase()}</span> <code>{path}</code>
      </p>
      <p>{operation.summary}</p>
      {operation.parameters === undefined ? null : (
        <table>
          <tbody>
            {operation.parameters.map((parameter) => (
              <tr>
                <td>
                  <code>{parameter.name}</code>
                  <div class="dim small">
                    {parameter.in}
                    {parameter.required === true ? ', required' : ''}
                  </div>
                </td>
                <td>
                  <TypeOf schema={parameter.schema} />
                </td>
                <td>{parameter.description ?? parameter.schema.description}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {body === undefined ? null : (
        <p>
          Body: <TypeOf schema={body.schema} />
        </p>
      )}
      <details>
        <summary class="dim small">Answers</summary>
        <table>
          <tbody>
            {Object.entries(operation.responses).map(([status, { description, content }]) => (
              <tr>
                <td>{status}</td>
                <td>{description}</td>
                <td>
                  {Object.entries(content ?? {}).map(([type, { schema }]) => (
                    <div class="small">
                      <code>{type}</code> <TypeOf schema={schema} />
                    </div>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

function Properties({ schema }: { readonly schema: Schema }) {
  const parts = [schema, ...(schema.allOf ?? [])];
  return (
    <>
      {parts
        .filter(({ $ref }) => $ref !== undefined)
        .map((part) => (
          <p>
            Everything of <TypeOf schema={part} />, and:
          </p>
        ))}
      <table>
        <tbody>
          {parts
            .flatMap(({ properties }) => Object.entries(properties ?? {}))
            .map(([name, property]) => (
              <tr>
                <td>
                  <code>{name}</code>
                </td>
                <td>
                  <TypeOf schema={property} />
                </td>
                <td class="dim">{property.description}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </>
  );
}

function TypeOf({ schema }: { readonly schema: Schema }) {
  const { $ref, anyOf, items, enum: values } = schema;
  if ($ref !== undefined) {
    const name = $ref.split('/').at(-1)!;
    return <a href={`#${name}`}>{name}</a>;
  }
  if (values !== undefined) return <span>{values.join(' | ')}</span>;
  if (items !== undefined)
    return (
      <span>
        list of <TypeOf schema={items} />
      </span>
    );
  if (anyOf !== undefined)
    return (
      <span>
        {anyOf.map((one, index) => (
          <>
            {index === 0 ? '' : ' or '}
            <TypeOf schema={one} />
          </>
        ))}
      </span>
    );
  const range = [schema.minimum, schema.maximum].every(
    (bound) => bound !== undefined && Math.abs(bound) < 1e6,
  )
    ? ` ${schema.minimum} … ${schema.maximum}`
    : '';
  const fallback = schema.default === undefined ? '' : `, default ${String(schema.default)}`;
  return <span>{`${[schema.type ?? 'any'].flat().join(' or ')}${range}${fallback}`}</span>;
}

/** Text with `code` in it. */
function withCode(text: string) {
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code>{part}</code> : part));
}
