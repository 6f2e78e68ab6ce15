// The Pothos builder every schema file adds to: scalars, global ids, page info. No fields live here.
import SchemaBuilder from '@pothos/core';
import RelayPlugin from '@pothos/plugin-relay';
import { AppError, isSha256 } from '@tomograph/kernel';
import type { RequestContext } from '../context.js';
import type { CostExtensions } from '../limits/cost.js';
import { decodeAnyId, encodeId, type IdType } from './global-id.js';

export const builder = new SchemaBuilder<{
  Context: RequestContext;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    Date: { Input: string; Output: string };
    Sha256: { Input: string; Output: string };
  };
}>({
  plugins: [RelayPlugin],
  defaultFieldNullability: false,
  relay: {
    clientMutationId: 'omit',
    cursorType: 'String',
    encodeGlobalID: (type, id) => encodeId(type as IdType, String(id)),
    decodeGlobalID: decodeAnyId,
    nodesQueryOptions: {
      extensions: cost({ listSize: (args) => listLength(args.ids) }),
      resolve: (_root, { ids }, { limits }, _info, resolveNodes) => {
        refuseLongList('ids', ids, limits.maxNodeIds);
        return resolveNodes(ids);
      },
    },
    edgesFieldOptions: { nullable: { list: false, items: false } },
    nodeFieldOptions: { nullable: false },
  },
});

/** Typed extensions for a field's cost. */
export function cost(extensions: CostExtensions): Record<string, unknown> {
  return { ...extensions };
}

/** Lists come in variables too, where the cap on tokens does not count them. @throws AppError LIMIT_EXCEEDED */
export function refuseLongList(
  argument: string,
  list: readonly unknown[] | null | undefined,
  allowed: number,
): void {
  const asked = list?.length ?? 0;
  if (asked <= allowed) return;
  throw new AppError('LIMIT_EXCEEDED', {
    message: `${argument} has ${asked} values, at most ${allowed} are taken at once`,
    facts: { argument, allowed, asked },
  });
}

function listLength(value: unknown): number {
  return Array.isArray(value) ? value.length : 1;
}

builder.scalarType('DateTime', {
  description: 'An instant in UTC, ISO 8601.',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => {
    const date = new Date(String(value));
    if (Number.isNaN(date.getTime())) throw new TypeError('DateTime must be an ISO 8601 instant');
    return date;
  },
});

builder.scalarType('Date', {
  description:
    'A day, YYYY-MM-DD. Days of cases are shifted per patient: intervals are true, the days are not.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value) || Number.isNaN(Date.parse(value))) {
      throw new TypeError('Date must be a day as YYYY-MM-DD');
    }
    return value;
  },
});

builder.scalarType('Sha256', {
  description: '`sha256:` and 64 lower-case hex digits.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value !== 'string' || !isSha256(value)) throw new TypeError('Sha256 must be sha256:<64 hex>');
    return value;
  },
});

builder.queryType({});
builder.mutationType({});
builder.subscriptionType({});
