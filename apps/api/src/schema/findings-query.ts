// The finding vocabulary as a list: what one may filter by and what text is understood as.
import { AppError } from '@tomograph/kernel';
import { readPage } from '../limits/page.js';
import { findingsMatching } from '../vocabulary.js';
import { builder } from './builder.js';
import { connection, connectionOf } from './connection.js';
import { FindingRef } from './finding.js';

const FindingConnectionRef = connectionOf('Finding', FindingRef as never);

builder.queryFields((t) => ({
  findings: t.field({
    type: FindingConnectionRef,
    description: 'Findings by code; `text` keeps those whose name or synonyms contain it.',
    args: { first: t.arg.int(), after: t.arg.string(), text: t.arg.string() },
    resolve: (_root, { text, ...args }) => {
      const page = readPage(args);
      const after = page.cursor === undefined ? undefined : codeIn(page.cursor);
      const rest = findingsMatching(text?.trim().toLowerCase() || undefined).filter(
        (finding) => after === undefined || finding.code > after,
      );
      const edges = rest.slice(0, page.size).map((node) => ({ node, cursor: cursorOf(node.code) }));
      return connection(edges, { next: rest.length > page.size, previous: after !== undefined }) as never;
    },
  }),
}));

function cursorOf(code: string): string {
  return Buffer.from(`finding:${code}`).toString('base64url');
}

function codeIn(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!/^finding:[\w.-]{1,80}$/.test(text)) {
    throw new AppError('CURSOR_INVALID', { message: 'after is not a cursor that findings has given out' });
  }
  return text.slice('finding:'.length);
}
