import { BadInput } from '../../features/contract/failure.ts';

export interface ModelReference {
  readonly name: string;
  /** A version or an alias. */
  readonly version: string;
}

/** @example parseModelReference('churn-tenants@challenger') // { name: 'churn-tenants', version: 'challenger' } */
export function parseModelReference(text: string): ModelReference {
  const [name, version = 'champion', ...rest] = text.split('@');
  if (!name || !version || rest.length > 0) {
    throw new BadInput({
      where: `model ${text}`,
      what: 'is not the name of a model',
      remedy: 'write NAME, NAME@champion, NAME@challenger or NAME@VERSION; `churn models list` shows them',
    });
  }
  return { name, version };
}
