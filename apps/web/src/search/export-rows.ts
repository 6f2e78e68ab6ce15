// A list of cases as a file for other programs: ids, labels and scores; nothing about a patient. Pure but for the
// pages it is handed.

export interface ExportRow {
  readonly rank: number;
  readonly studyId: string;
  readonly label: string;
  /** Undefined for a plain list, which ranks nothing. */
  readonly score: number | undefined;
}

interface Page {
  readonly edges: readonly {
    readonly score?: number;
    readonly node: { readonly id: string; readonly label: string };
  }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export const maxExportRows = 1000;

/** Walks the pages from the first one on, to the end or to `maxExportRows`. */
export async function collectRows(
  fetchPage: (after: string | undefined) => Promise<Page>,
): Promise<{ rows: ExportRow[]; isComplete: boolean }> {
  const rows: ExportRow[] = [];
  let after: string | undefined;
  for (;;) {
    const { edges, pageInfo } = await fetchPage(after);
    for (const { node, score } of edges) {
      if (rows.length === maxExportRows) return { rows, isComplete: false };
      rows.push({ rank: rows.length + 1, studyId: studyIdOf(node.id), label: node.label, score });
    }
    if (!pageInfo.hasNextPage || pageInfo.endCursor === null) return { rows, isComplete: true };
    after = pageInfo.endCursor;
  }
}

/** The id that the command line prints: the API's opaque id without its type. */
export function studyIdOf(caseId: string): string {
  try {
    const text = atob(caseId.replaceAll('-', '+').replaceAll('_', '/'));
    return /^Case:[\x21-\x7e]+$/.test(text) ? text.slice(5) : caseId;
  } catch {
    return caseId;
  }
}

export function toJsonLines(rows: readonly ExportRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** RFC 4180; a spreadsheet takes no cell for a formula. */
export function toCsv(rows: readonly ExportRow[]): string {
  const lines = rows.map((row) => [row.rank, row.studyId, row.label, row.score ?? ''].map(cell).join(','));
  return ['rank,studyId,label,score', ...lines, ''].join('\r\n');
}

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
