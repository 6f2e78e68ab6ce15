// Adapter files -> a registered version with its golden pair and its certificate. The one way in for adapters that were
// trained here and for those that come from elsewhere.

import {
  type Actor,
  issueCertificate,
  type NewAdapter,
  storeAdapter,
  type VerifiedCertificate,
  type VerifyOptions,
  type VersionRow,
  verifyAdapter,
} from '@tomograph/registry';
import type { BaseSession } from '../registry/model-house.js';
import type { ModelsRoom } from '../registry/models-room.js';
import { runtimeOf } from '../registry/runtime.js';
import { answerCanary, canaryOfBase, encodeTensor } from './canary.js';
import { replayOn } from './replay.js';

/** Another machine's arithmetic differs in the last bits; a damaged adapter differs by much more. */
const maxAbsDifference = 1e-3;

export type AdapterDraft = Omit<NewAdapter, 'golden'>;

/**
 * Verifies, runs the base's canary through it, stores and registers. The same draft twice is one version.
 * @throws AppError as verifyAdapter, storeAdapter and Registry.register
 */
export async function registerAdapter(
  { registry }: Pick<ModelsRoom, 'registry'>,
  session: BaseSession,
  draft: AdapterDraft,
  by: Actor,
  why: string,
  options: VerifyOptions = {},
): Promise<VersionRow> {
  const { blobs } = registry;
  const { adapterModel, adapterConfig } = draft.files;
  const verified = verifyAdapter(adapterModel, adapterConfig, session.manifest, options);
  const input = await canaryOfBase(blobs, session);
  const skill = { factors: verified.factors, head: verified.head! };
  const answer = await answerCanary(session, skill, input);
  const classes = skill.head.classes.length;
  const golden = {
    input,
    output: encodeTensor('probabilities', [answer.length / classes, classes], answer),
    maxAbsDifference,
    runtime: runtimeOf(session.pool.describe()),
  };
  const { manifest } = await storeAdapter(blobs, session.manifest, { ...draft, golden }, options);
  return registry.register(manifest, by, why);
}

export interface CertifyOptions {
  readonly home: string;
  readonly who: string;
  readonly why: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
}

/** Replays the canaries on this process's session and records the signed answer. @throws AppError as issueCertificate */
export function certify(
  { registry, house, key }: Pick<ModelsRoom, 'registry' | 'house' | 'key'>,
  row: VersionRow,
  { home, who, why, signal, onProgress }: CertifyOptions,
): Promise<VerifiedCertificate> {
  const replay = replayOn({
    blobs: registry.blobs,
    house,
    home,
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  return issueCertificate({ registry, replay, key, uri: `models:/${row.model}/${row.version}`, who, why });
}
