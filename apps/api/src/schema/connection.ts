// Connections: one way to declare them and one way to build a page. Cursors come from packages/data and retrieval.
import type { ObjectRef } from '@pothos/core';
import { builder } from './builder.js';
import type { Page } from './shapes.js';

/** Declares `XConnection` and `XEdge` over a node type. */
export function connectionOf<T>(name: string, node: ObjectRef<never, T, T>) {
  const edge = edgeOf(name, node);
  return builder.objectRef<Page<T>>(`${name}Connection`).implement({
    fields: (t) => ({
      edges: t.field({ type: [edge], resolve: (page) => [...page.edges] }),
      pageInfo: t.field({ type: builder.pageInfoRef(), resolve: (page) => page.pageInfo }),
    }),
  });
}

export function edgeOf<T>(name: string, node: ObjectRef<never, T, T>) {
  return builder.objectRef<{ node: T; cursor: string }>(`${name}Edge`).implement({
    fields: (t) => ({
      node: t.field({ type: node as never, resolve: (parent) => parent.node as never }),
      cursor: t.exposeString('cursor'),
    }),
  });
}

export function connection<T>(
  edges: readonly { node: T; cursor: string }[],
  more: { next: boolean; previous: boolean },
): Page<T> {
  return {
    edges,
    pageInfo: {
      hasNextPage: more.next,
      hasPreviousPage: more.previous,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
