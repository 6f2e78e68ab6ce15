// `registry verify`: a version of this installation, checked blob by blob; or a certificate file, offline, against public
// keys that the caller trusts.
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, loadConfig } from '@tomograph/kernel';
import { type VerifiedCertificate, verifyCertificate, verifyVersion } from '@tomograph/registry';
import { certify } from '@tomograph/worker';
import { printJson, progressBar, say } from '../../output.js';
import { openLocalModels, uriOf } from './open-models.js';
import { unreplayed } from './unreplayed.js';

interface VerifyOptions {
  readonly trust?: readonly string[];
  readonly replay?: boolean;
  readonly json?: boolean;
}

const maxFileBytes = 32 << 20;

export async function verifyTarget(target: string, options: VerifyOptions): Promise<void> {
  if (existsSync(target)) await verifyFile(target, options);
  else await verifyModel(target, options);
}

async function verifyFile(path: string, { trust, json }: VerifyOptions): Promise<void> {
  const { document, keyId, digest } = await readCertificate(path, trust);
  const { verdict, tasks, canaries, reasons, growth, bwt, fwt, runtime } = document;
  if (json) printJson({ ok: verdict === 'green', keyId, digest, document });
  else {
    process.stdout.write(
      `${verdict}  ${tasks.map(({ model, version }) => `${model}/${version}`).join(' → ')}\n`,
    );
    say(`signed by ${keyId}`);
    say(
      `${canaries.length} canaries on ${runtime.provider} (${runtime.device}, ${runtime.threads} threads, ${runtime.graphLevel})`,
    );
    say(
      `backward transfer ${bwt ?? 'not defined'}, forward transfer ${fwt ?? 'not defined'}; growth ${growth.total.factorsPercent.toFixed(2)} % in factors, ${growth.total.headPercent.toFixed(3)} % in heads`,
    );
    for (const words of unreplayed(document)) say(words);
    for (const reason of reasons) say(`red: ${reason}`);
  }
  if (verdict === 'red') process.exitCode = 1;
}

async function readCertificate(
  path: string,
  trust: readonly string[] | undefined,
): Promise<VerifiedCertificate> {
  const { size } = await stat(path);
  if (size > maxFileBytes) {
    throw new AppError('LIMIT_EXCEEDED', {
      message: `${path} has ${size} bytes, at most ${maxFileBytes} are read`,
    });
  }
  return verifyCertificate(await readFile(path), await trustedKeys(trust));
}

/** Files of public keys as `secrets/certificate.pub` of an installation; default this one's. */
async function trustedKeys(files: readonly string[] | undefined): Promise<string[]> {
  const paths = files ?? [join(loadConfig().home, 'secrets', 'certificate.pub')];
  const keys: string[] = [];
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw new AppError('INVALID_ARGUMENT', {
        message: `there is no public key ${path}: name one that you trust with --trust`,
        cause,
      });
    });
    keys.push(...text.split(/\s+/).filter((part) => part !== ''));
  }
  return keys;
}

async function verifyModel(uri: string, { replay, json }: VerifyOptions): Promise<void> {
  await using opened = await openLocalModels();
  const { models, config, by } = opened;
  if (replay) {
    const row = await models.registry.find(uriOf(uri));
    const bar = progressBar('replaying canaries');
    try {
      await certify(models, row, {
        home: config.home,
        who: by.name,
        why: 'asked for',
        onProgress: (share) => bar.update(share, ''),
      });
    } finally {
      bar.stop();
    }
  }
  const { row, ok, checks } = await verifyVersion(models.registry, uriOf(uri));
  if (json) printJson({ uri: `models:/${row.model}/${row.version}`, ok, checks });
  else {
    process.stdout.write(`models:/${row.model}/${row.version}  ${ok ? 'ok' : 'NOT OK'}\n`);
    for (const { part, ok: isFine, code, detail } of checks) {
      say(`${isFine ? '✓' : '✗'} ${part.padEnd(20)} ${detail}${code === null ? '' : ` [${code}]`}`);
    }
  }
  if (!ok) process.exitCode = 1;
}
