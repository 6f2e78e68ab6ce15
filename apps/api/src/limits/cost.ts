// What an operation may cost before it runs, and what its answer did cost. One point is one object in the answer;
// a field may add points of its own (a search costs more than a look-up). Not a measure of time.
//
// A list multiplies what is below it: a connection by `first`/`last`, a plain list by `extensions.listSize` of its field.
// Fragments are weighed once per page size and remembered: 100 fragments that each spread the next one twice are
// 2^100 selections, and must be added up without being walked.
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** Read from a field's extensions. */
export interface CostExtensions {
  /** Points that resolving the field once costs, besides the objects it answers with. */
  readonly ownCost?: number;
  /** How many items a plain list is taken to have, or how to tell from its arguments. */
  readonly listSize?: number | ((args: Readonly<Record<string, unknown>>) => number);
}

export interface Weight {
  readonly cost: number;
  readonly depth: number;
  readonly fields: number;
}

const assumedListSize = 4;
const nothing: Weight = { cost: 0, depth: 0, fields: 0 };

export interface WeighOptions {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly defaultPageSize: number;
}

/** Cost, depth and number of root fields of a validated operation (validation has ruled out circular fragments). */
export function weighOperation(operation: OperationDefinitionNode, options: WeighOptions): Weight {
  const root = options.schema.getRootType(operation.operation);
  if (!root) return nothing;
  const remembered = new Map<string, Weight>();

  function weighSet(set: SelectionSetNode, type: GraphQLNamedType, pageSize: number): Weight {
    let [cost, depth, fields] = [0, 0, 0];
    for (const selection of set.selections) {
      const weight =
        selection.kind === Kind.FIELD
          ? weighField(selection, type, pageSize)
          : selection.kind === Kind.FRAGMENT_SPREAD
            ? weighSpread(selection.name.value, pageSize)
            : weighSet(
                selection.selectionSet,
                typeNamed(selection.typeCondition?.name.value) ?? type,
                pageSize,
              );
      cost += weight.cost;
      depth = Math.max(depth, weight.depth);
      fields += weight.fields;
    }
    return { cost, depth, fields };
  }

  function weighSpread(name: string, pageSize: number): Weight {
    const key = `${pageSize}:${name}`;
    const known = remembered.get(key);
    if (known) return known;
    const fragment = options.fragments.get(name);
    const type = typeNamed(fragment?.typeCondition.name.value);
    const weight = fragment && type ? weighSet(fragment.selectionSet, type, pageSize) : nothing;
    remembered.set(key, weight);
    return weight;
  }

  function weighField(node: FieldNode, parent: GraphQLNamedType, pageSize: number): Weight {
    const field = fieldOf(parent, node.name.value);
    if (!field) return { cost: 0, depth: 1, fields: 1 }; // __typename, or introspection (not ours to weigh)
    const { ownCost = 0, listSize } = field.extensions as CostExtensions;
    const named = getNamedType(field.type);
    if (!node.selectionSet || !isCompositeType(named)) return { cost: ownCost, depth: 1, fields: 1 };
    const args = argumentsOf(field, node, options.variables);
    const below = weighSet(node.selectionSet, named, askedPageSize(args) ?? options.defaultPageSize);
    const items = !isList(field)
      ? 1
      : node.name.value === 'edges'
        ? pageSize
        : typeof listSize === 'function'
          ? listSize(args)
          : (listSize ?? assumedListSize);
    return { cost: ownCost + items * (1 + below.cost), depth: 1 + below.depth, fields: 1 };
  }

  const typeNamed = (name: string | undefined) => (name ? options.schema.getType(name) : undefined);
  return weighSet(operation.selectionSet, root, options.defaultPageSize);
}

/** Objects in an answer: what `actual` reports, together with the fields' own costs. */
export function countObjects(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countObjects(item), 0);
  if (value === null || typeof value !== 'object') return 0;
  return Object.values(value).reduce((sum: number, item) => sum + countObjects(item), 1);
}

function askedPageSize(args: Readonly<Record<string, unknown>>): number | undefined {
  const asked = args.first ?? args.last;
  return typeof asked === 'number' && asked > 0 ? asked : undefined;
}

/** A document whose arguments do not fit fails in execution with a better message; here they count as absent. */
function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  try {
    return getArgumentValues(field, node, variables);
  } catch {
    return {};
  }
}

function fieldOf(type: GraphQLNamedType, name: string): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
}

function isList(field: GraphQLField<unknown, unknown>): boolean {
  return isListType(isNonNullType(field.type) ? field.type.ofType : field.type);
}
