// Generates the Prisma client when the schema or Prisma's version changed, else does nothing. Needs no network.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const output = `${root}packages/data/src/generated/prisma`;

/** @returns {boolean} true when a client was written */
export function generatePrismaClient() {
  const version = readFileSync(`${root}node_modules/prisma/package.json`);
  const inputs = [
    version,
    readFileSync(`${root}prisma/schema.prisma`),
    readFileSync(`${root}prisma.config.ts`),
  ];
  const stamp = inputs.reduce((hash, input) => hash.update(input), createHash('sha256')).digest('hex');
  const stampFile = `${output}/.stamp`;
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return false;
  const prisma = `${root}node_modules/prisma/build/index.js`;
  const run = spawnSync(process.execPath, [prisma, 'generate'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  });
  if (run.status !== 0) throw new Error(`prisma generate failed:\n${run.stdout}${run.stderr}`);
  writeFileSync(stampFile, stamp);
  return true;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(generatePrismaClient() ? 'Prisma client generated' : 'Prisma client is up to date');
}
