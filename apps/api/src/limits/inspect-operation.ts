// Looks at a parsed, validated operation before it runs and refuses what is too much, in words and with the cap.
// Tokens are capped while parsing, page sizes where they are read, the rate in rate-limit.ts.
import { AppError } from '@tomograph/kernel';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { weighOperation } from './cost.js';
import type { ApiLimits } from './limits.js';

export interface Inspected {
  readonly requestedCost: number;
}

/** @throws AppError LIMIT_EXCEEDED naming the cap, what was allowed and what was asked */
export function inspectOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  limits: ApiLimits,
): Inspected {
  const counts = countSyntax(document);
  refuseAbove('aliases', limits.maxAliases, counts.aliases);
  refuseAbove('directives', limits.maxDirectives, counts.directives);
  refuseAbove('repeats of one field', limits.maxRepeats, counts.repeats);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const weight = weighOperation(operation, {
    schema,
    fragments,
    variables,
    defaultPageSize: limits.defaultPageSize,
  });
  refuseAbove('root fields', limits.maxRootFields, weight.fields);
  refuseAbove('depth', isIntrospection(operation) ? 15 : limits.maxDepth, weight.depth);
  refuseAbove('cost', limits.maxCost, weight.cost);
  return { requestedCost: Math.max(1, weight.cost) };
}

function refuseAbove(what: string, allowed: number, asked: number): void {
  if (asked <= allowed) return;
  const askedText = asked > 1e9 ? 'far more' : String(asked);
  throw new AppError('LIMIT_EXCEEDED', {
    message: `the operation has ${what} ${askedText}, at most ${allowed} are allowed: ask for less at once`,
    facts: { cap: what, allowed, asked: Math.min(asked, Number.MAX_SAFE_INTEGER) },
  });
}

function countSyntax(document: DocumentNode): { aliases: number; directives: number; repeats: number } {
  const counts = { aliases: 0, directives: 0, repeats: 0 };
  visit(document, {
    Field(node) {
      if (node.alias) counts.aliases += 1;
    },
    Directive() {
      counts.directives += 1;
    },
    SelectionSet(node) {
      counts.repeats = Math.max(counts.repeats, mostRepeated(node));
    },
  });
  return counts;
}

/** How often the most frequent response key (or fragment) of one selection set occurs. */
function mostRepeated(set: SelectionSetNode): number {
  const seen = new Map<string, number>();
  for (const selection of set.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) continue;
    const key =
      selection.kind === Kind.FIELD
        ? (selection.alias ?? selection.name).value
        : `...${selection.name.value}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  return Math.max(0, ...seen.values());
}

/** The standard introspection query nests ofType 9 deep (15 levels in all); it reads no rows. */
function isIntrospection(operation: OperationDefinitionNode): boolean {
  return operation.selectionSet.selections.every(
    (selection) => selection.kind === Kind.FIELD && selection.name.value.startsWith('__'),
  );
}
