// Keyset pages over (created_at, id), newest first: a page costs the same however far it is from the start, and
// rows that arrive meanwhile move nothing. Not offset paging.
import { AppError, isUuid } from '@tomograph/kernel';

/** One direction: first/after or last/before. */
export interface PageArgs {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** A Relay page. */
export interface Page<T> {
  readonly edges: readonly { readonly node: T; readonly cursor: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

interface Keyed {
  readonly id: string;
  readonly createdAt: Date;
}

const maxPageSize = 100;
const defaultPageSize = 20;

/** What a Prisma findMany needs for a page: one row more than asked tells whether there are more. */
export interface KeysetQuery {
  readonly where: object;
  readonly orderBy: [{ createdAt: 'asc' | 'desc' }, { id: 'asc' | 'desc' }];
  readonly take: number;
}

/**
 * @param read runs the query and gives records in its order
 * @throws AppError INVALID_ARGUMENT for a size outside 1–100 or two directions, CURSOR_INVALID
 */
export async function readPage<T extends Keyed>(
  args: PageArgs,
  read: (query: KeysetQuery) => Promise<T[]>,
): Promise<Page<T>> {
  const isBackward = args.last != null || args.before != null;
  if (isBackward && (args.first != null || args.after != null)) {
    throw new AppError('INVALID_ARGUMENT', { message: 'a page goes one way: first/after or last/before' });
  }
  const size = (isBackward ? args.last : args.first) ?? defaultPageSize;
  if (!Number.isInteger(size) || size < 1 || size > maxPageSize) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `a page holds 1 to ${maxPageSize} items, asked for ${size}`,
      facts: { got: size },
    });
  }
  const cursor = (isBackward ? args.before : args.after) ?? undefined;
  const rows = await read(keysetQuery(isBackward, size + 1, cursor));
  const hasMore = rows.length > size;
  const items = rows.slice(0, size);
  if (isBackward) items.reverse();
  const edges = items.map((node) => ({ node, cursor: cursorOf(node) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: isBackward ? cursor !== undefined : hasMore,
      hasPreviousPage: isBackward ? hasMore : cursor !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

function keysetQuery(isBackward: boolean, take: number, cursor: string | undefined): KeysetQuery {
  const order = isBackward ? 'asc' : 'desc';
  const orderBy: KeysetQuery['orderBy'] = [{ createdAt: order }, { id: order }];
  if (cursor === undefined) return { where: {}, orderBy, take };
  const at = readCursor(cursor);
  const beyond = isBackward ? 'gt' : 'lt';
  const where = {
    OR: [{ createdAt: { [beyond]: at.createdAt } }, { createdAt: at.createdAt, id: { [beyond]: at.id } }],
  };
  return { where, orderBy, take };
}

/** Opaque to clients: `<milliseconds>.<id>` in base64url. */
export function cursorOf(row: Keyed): string {
  return Buffer.from(`${row.createdAt.getTime()}.${row.id}`).toString('base64url');
}

function readCursor(cursor: string): { createdAt: Date; id: string } {
  const [time = '', id = ''] = Buffer.from(cursor.slice(0, 200), 'base64url').toString('utf8').split('.');
  if (!/^\d{1,15}$/.test(time) || !isUuid(id)) {
    throw new AppError('CURSOR_INVALID', { message: 'this cursor is not one that a page of this list gave' });
  }
  return { createdAt: new Date(Number(time)), id };
}
