// Trains the meaning space that is shipped, on phantoms and generated sentences alone, and writes weights/biud. Run from the
// root: node dist/bench/biud/train-weights.js
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from '@tomograph/kernel';
import {
  type BiudModel,
  biudConfig,
  biudSpaceDigest,
  ctRecipe,
  encodeBiud,
  trainCt,
  trainView,
  viewRecipe,
} from '@tomograph/models';
import { repositoryRoot } from '../../tests/shared-data.js';
import { encodeCts } from './arms.js';
import { chestPrompts, prepare } from './claims.js';
import { trainExperts, trainTextPart } from './experts.js';
import { biudCard } from './model-card.js';
import { counts, loadPool, pools } from './phantom-pool.js';
import { calibrate } from './scores.js';

const seed = 7;
const steps = 600;

async function main(): Promise<void> {
  const log = (line: string): void => console.error(line);
  const films = loadPool({ ...pools.films, count: counts.films, log });
  const train = loadPool({ ...pools.train, count: counts.train, log });
  const validation = loadPool({ ...pools.validation, count: counts.validation, log });
  const text = await trainTextPart(seed, log);
  const view = await trainView(train, { config: biudConfig, recipe: viewRecipe, seed, log });
  const experts = await trainExperts(text, films, view, seed, log);
  const material = await prepare(experts, train);
  const ct = await trainCt(
    train.map(({ cells }, i) => ({
      cells,
      report: material.trainReports[i]!,
      contrasts: material.trainContrasts[i]!,
    })),
    {
      config: biudConfig,
      recipe: { ...ctRecipe, steps },
      seed,
      teacher: { bank: experts.bank, retrieved: material.retrieved },
      log,
    },
  );
  const prompts = await chestPrompts(experts);
  const fitted = calibrate(
    { vectors: await encodeCts({ ct, view }, validation), items: validation },
    prompts,
  );
  const model: BiudModel = { ...text, film: experts.film, ct, view, ...fitted };
  const files = new Map(encodeBiud(model));
  files.set('README.md', new TextEncoder().encode(biudCard(biudSpaceDigest(files), files)));
  const folder = join(repositoryRoot(), 'weights', 'biud');
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
    log(`${name} ${bytes.length} bytes ${sha256(bytes)}`);
  }
}

await main();
