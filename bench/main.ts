// Runs one evaluation or bench by name, prints it, writes docs/results/NAME.md in the full form.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Evaluation, EvaluationOptions } from './evaluation.js';
import { toMarkdown, toText } from './report.js';

export interface Provenance {
  readonly command: string;
  readonly commit: string;
  readonly machine: string;
  readonly date: string;
  readonly seconds: number;
}

/** @returns 0 when every bar holds, 1 when one falls short, 2 for a wrong call */
export async function main(
  kind: 'evaluate' | 'bench',
  args: readonly string[],
  root: string,
): Promise<number> {
  const name = args.find((arg) => !arg.startsWith('-'));
  const quick = args.includes('--quick');
  const asJson = args.includes('--json');
  const folder = join(root, 'dist', 'bench', kind === 'evaluate' ? 'evaluations' : 'benches');
  const known = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.js'))
        .map((file) => file.slice(0, -3))
    : [];
  if (!name || !known.includes(name)) {
    console.error(`usage: npm run ${kind} -- NAME [--quick] [--json]; NAME is one of: ${known.join(', ')}`);
    return 2;
  }
  const started = performance.now();
  const module: Record<string, (options: EvaluationOptions) => Promise<Evaluation>> = await import(
    join(folder, `${name}.js`)
  );
  const result = await module[kind]!({ quick, log: (line) => console.error(line) });
  const provenance: Provenance = {
    command: `npm run ${kind} -- ${name}${quick ? ' --quick' : ''}`,
    commit: commitOf(root),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`,
    date: new Date().toISOString().slice(0, 10),
    seconds: (performance.now() - started) / 1000,
  };
  if (asJson) console.log(JSON.stringify({ ...result, ...provenance }, null, 2));
  else console.log(toText(result, provenance));
  if (!quick) {
    const path = join(root, 'docs', 'results', `${name}.md`);
    writeFileSync(path, toMarkdown(result, provenance));
    console.error(`written: docs/results/${name}.md`);
  }
  return result.bars.every((bar) => bar.ok) ? 0 : 1;
}

function commitOf(root: string): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
    const isDirty = git('status', '--porcelain', '--untracked-files=no') !== '';
    return git('rev-parse', '--short=12', 'HEAD') + (isDirty ? ' + uncommitted changes' : '');
  } catch {
    return 'unknown';
  }
}
