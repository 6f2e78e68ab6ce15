// An evaluation as text for a terminal and as Markdown for docs/results.
import type { Evaluation, Table } from './evaluation.js';
import type { Provenance } from './main.js';

export function toText(result: Evaluation, provenance: Provenance): string {
  const bars = result.bars.map(
    ({ claim, value, bar, n, ok }) =>
      `${ok ? '✓' : '✗'} ${claim}: ${formatNumber(value)} (bar ${bar}, n ${n})`,
  );
  const tables = (result.tables ?? []).map((table) => [table.title, ...tableRows(table)].join('\n'));
  const footer = `${provenance.machine}; commit ${provenance.commit}; ${provenance.seconds.toFixed(0)} s`;
  return [`${result.name} — ${result.data}`, ...bars, ...tables, ...(result.remarks ?? []), footer].join(
    '\n',
  );
}

export function toMarkdown(result: Evaluation, provenance: Provenance): string {
  const passed = result.bars.filter((bar) => bar.ok).length;
  const bars: Table = {
    title: 'Bars',
    columns: ['', 'claim', 'value', 'bar', 'n'],
    rows: result.bars.map(({ claim, value, bar, n, ok }) => [
      ok ? '✓' : '✗ short',
      claim,
      formatNumber(value),
      bar,
      n,
    ]),
  };
  return [
    `# ${result.name}`,
    `${passed} of ${result.bars.length} bars hold. Data: ${result.data}. Seeds: ${result.seeds.join(', ') || 'none'}.`,
    [
      `- command: \`${provenance.command}\` (${provenance.seconds.toFixed(0)} s)`,
      `- commit: ${provenance.commit}`,
      `- machine: ${provenance.machine}`,
      `- date: ${provenance.date}`,
    ].join('\n'),
    ...[bars, ...(result.tables ?? [])].map((table) => `## ${table.title}\n\n${tableRows(table).join('\n')}`),
    ...(result.remarks?.length
      ? [`## Remarks\n\n${result.remarks.map((line) => `- ${line}`).join('\n')}`]
      : []),
    '',
  ].join('\n\n');
}

function tableRows(table: Table): string[] {
  const cells = (row: readonly (string | number)[]) =>
    `| ${row.map((cell) => (typeof cell === 'number' ? formatNumber(cell) : cell.replaceAll('|', '\\|'))).join(' | ')} |`;
  return [cells(table.columns), `|${' --- |'.repeat(table.columns.length)}`, ...table.rows.map(cells)];
}

function formatNumber(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(4)).toString();
}
