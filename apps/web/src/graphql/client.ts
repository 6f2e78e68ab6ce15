// The whole GraphQL client: named operations over POST, results typed by the generated table. No cache.
import { ApiFailure } from './api-failure';
import type { Operations } from './generated/types';

export type OperationName = keyof Operations;
export type Data<Name extends OperationName> = Operations[Name]['data'];
export type Variables<Name extends OperationName> = Operations[Name]['variables'];

interface Answer {
  data?: unknown;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** @throws ApiFailure with the API's code; an aborted request throws the browser's AbortError */
export async function request<Name extends OperationName>(
  operation: Name,
  variables: Variables<Name>,
  options: { signal?: AbortSignal; idempotencyKey?: string; fetch?: typeof fetch } = {},
): Promise<Data<Name>> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (options.idempotencyKey !== undefined) headers['idempotency-key'] = options.idempotencyKey;
  const response = await (options.fetch ?? fetch)('/api/graphql', {
    method: 'POST',
    headers,
    body: JSON.stringify({ operation, variables }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const answer = await response.json().catch((): Answer => ({}));
  return dataOf(answer as Answer, response.status) as Data<Name>;
}

/** A partial answer is a failure too: a page that silently lacks a part of a case would mislead its reader. */
export function dataOf(answer: Answer, status = 200): unknown {
  const error = answer.errors?.[0];
  if (error !== undefined) throw new ApiFailure(error.extensions?.code ?? 'INTERNAL', error.message);
  if (answer.data === undefined || answer.data === null) {
    throw new ApiFailure('INTERNAL', `the API answered ${status} without data`);
  }
  return answer.data;
}
