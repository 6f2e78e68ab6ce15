// Everything that can be checked about a version without running it, one answer per part. For `tomograph registry verify`.
import { AppError, type ErrorCode } from '@tomograph/kernel';
import { verifyAgainstFiles } from '../adapter/adapter-manifest.js';
import { loadBlob, readBaseManifest, readManifest } from '../manifest/manifest-file.js';
import type { Registry } from './registry.js';
import type { VersionRow } from './registry-event.js';

export interface VersionCheck {
  /** `manifest`, `blob weights`, `adapter`, `certificate` … */
  readonly part: string;
  readonly ok: boolean;
  readonly code: ErrorCode | null;
  /** In words: what was found. */
  readonly detail: string;
}

/**
 * Reads manifest, blobs, adapter and certificate again. What is wrong is an answer, not an exception.
 * @throws AppError INVALID_ARGUMENT, NOT_FOUND for the URI
 */
export async function verifyVersion(
  registry: Registry,
  uri: string,
): Promise<{ row: VersionRow; ok: boolean; checks: readonly VersionCheck[] }> {
  const row = await registry.find(uri);
  const { blobs } = registry;
  const checks: VersionCheck[] = [];
  const check = async <T>(
    part: string,
    work: () => Promise<T>,
    say: (result: T) => string,
  ): Promise<T | undefined> => {
    try {
      const result = await work();
      checks.push({ part, ok: true, code: null, detail: say(result) });
      return result;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      checks.push({ part, ok: false, code: error.code, detail: error.message });
      return undefined;
    }
  };
  const manifest = await check(
    'manifest',
    () => readManifest(blobs, row.manifest),
    ({ licence }) => licence,
  );
  for (const { role } of manifest?.blobs ?? []) {
    await check(
      `blob ${role}`,
      () => loadBlob(blobs, manifest!, role),
      ({ length }) => `${length} bytes`,
    );
  }
  if (manifest?.kind === 'adapter') {
    const base = await check(
      'base',
      () => readBaseManifest(blobs, manifest.base.manifest),
      ({ name }) => name,
    );
    if (base !== undefined) {
      await check(
        'adapter',
        () => verifyAgainstFiles(blobs, manifest, base),
        ({ lora, effect }) =>
          `rank ${lora.rank}, ${lora.targets.length} layers, most effect on ${effect.module}`,
      );
    }
    await check(
      'certificate',
      () => greenCertificate(registry, row),
      (words) => words,
    );
  }
  return { row, ok: checks.every(({ ok }) => ok), checks };
}

async function greenCertificate(registry: Registry, row: VersionRow): Promise<string> {
  const found = await registry.certificate(row);
  if (found?.document.verdict === 'green') return `green over ${found.document.tasks.length} tasks`;
  throw new AppError('CERTIFICATE_INVALID', {
    message:
      found === undefined
        ? 'there is no certificate'
        : `it is red: ${found.document.reasons.slice(0, 3).join('; ')}`,
  });
}
