// Outcomes of trained arms beside the rendered phantoms: a run that was cut off goes on where it stopped. They belong to one
// recipe and one pair of experts; anything else is another file.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson, sha256 } from '@tomograph/kernel';
import { biudConfig, ctRecipe } from '@tomograph/models';
import { PHANTOM_VERSION } from '@tomograph/phantom';
import type { Outcome, Plan } from './claims.js';
import { counts } from './phantom-pool.js';

/** @param experts digest of text encoder and film expert */
export function keptOutcomes(experts: string, steps: number): NonNullable<Plan['kept']> {
  const of = { experts, steps, counts, config: biudConfig, recipe: ctRecipe, phantom: PHANTOM_VERSION };
  const key = sha256(canonicalJson(of)).slice(7, 23);
  const folder = join(tmpdir(), 'tomograph-biud-outcomes');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${key}.jsonl`);
  const known: Outcome[] = existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Outcome)
    : [];
  return {
    read: ({ arm, count, seed }) =>
      known.find((one) => one.arm === arm && one.count === count && one.seed === seed),
    write: (outcome) => appendFileSync(path, `${JSON.stringify(outcome)}\n`),
  };
}
