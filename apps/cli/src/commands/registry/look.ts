// `registry list` and `registry info`: what is there. Nothing is verified here: see verify.
import { readManifest } from '@tomograph/registry';
import { printJson, say } from '../../output.js';
import { openLocalModels, uriOf } from './open-models.js';
import { unreplayed } from './unreplayed.js';

interface Listed {
  readonly model: string;
  readonly version: number;
  readonly kind: 'base' | 'adapter';
  readonly aliases: readonly string[];
  readonly verdict: 'green' | 'red' | null;
  readonly manifest: string;
  readonly base: string | null;
  readonly createdAt: Date;
  readonly createdBy: string;
}

export async function listModels(options: { json?: boolean }): Promise<void> {
  await using opened = await openLocalModels();
  const state = await opened.models.registry.state();
  const listed = state.models().flatMap((model) =>
    state.versions(model).map((row): Listed => {
      const aliases = [...state.aliases(model)].flatMap(([alias, version]) =>
        version === row.version ? [alias] : [],
      );
      return { ...row, aliases, verdict: state.certificate(model, row.version)?.verdict ?? null };
    }),
  );
  if (options.json) {
    printJson(listed);
    return;
  }
  for (const { model, version, kind, aliases, verdict, createdAt } of listed) {
    const words = [`models:/${model}/${version}`.padEnd(36), kind.padEnd(8), (verdict ?? '-').padEnd(6)];
    words.push(createdAt.toISOString().slice(0, 16), aliases.join(', '));
    process.stdout.write(`${words.join('  ').trimEnd()}\n`);
  }
}

export async function showModel(uri: string, options: { json?: boolean }): Promise<void> {
  await using opened = await openLocalModels();
  const { registry } = opened.models;
  const row = await registry.find(uriOf(uri));
  const manifest = await readManifest(registry.blobs, row.manifest);
  const state = await registry.state();
  const aliases = Object.fromEntries(state.aliases(row.model));
  const certificate = (await registry.certificate(row))?.document ?? null;
  if (options.json) {
    printJson({ ...row, aliases, manifest: row.manifest, content: manifest, certificate });
    return;
  }
  process.stdout.write(`models:/${row.model}/${row.version}\n`);
  const line = (name: string, text: string) => process.stdout.write(`${name.padEnd(12)}${text}\n`);
  line('manifest', row.manifest);
  line('licence', manifest.licence);
  if (manifest.description !== '') line('about', manifest.description);
  line('structures', manifest.labels.map(({ name }) => name).join(', '));
  for (const [alias, version] of Object.entries(aliases)) line('alias', `${alias} → version ${version}`);
  for (const { name, structure, value, n, data, unit } of manifest.metrics) {
    if (name === 'dice') line('Dice', `${value.toFixed(3)}  ${structure ?? 'mean'}, n = ${n}, ${data}`);
    else if (structure === null) line(name, `${value} ${unit}`);
  }
  if (manifest.kind === 'adapter') {
    const { factors, head } = manifest.parameters;
    line('size', `${factors} values in factors of rank ${manifest.lora.rank}, ${head} in the head`);
  }
  if (certificate === null) return;
  const { verdict, growth, bwt, fwt, tasks } = certificate;
  line(
    'certificate',
    `${verdict} over ${tasks.length} tasks, backward transfer ${bwt ?? 'not defined'}, forward ${fwt ?? 'not defined'}`,
  );
  line(
    'growth',
    `${growth.total.factorsPercent.toFixed(2)} % in factors, ${growth.total.headPercent.toFixed(3)} % in heads`,
  );
  for (const words of unreplayed(certificate)) say(words);
  if (verdict === 'red') for (const reason of certificate.reasons) say(`red: ${reason}`);
}
