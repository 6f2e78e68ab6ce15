// The registry: the only door to versions and aliases. Gates stand here and not in callers, so that every way in meets
// them. State is a fold over the log; a write is decided on the state it is appended to, or decided again.
import { AppError, type Clock, type Sha256, systemClock } from '@tomograph/kernel';
import { verifyAgainstFiles } from '../adapter/adapter-manifest.js';
import type { BlobStore } from '../blob-store.js';
import { type VerifiedCertificate, verifyCertificate } from '../certificate/certificate-file.js';
import { parseDocument } from '../manifest/canonical-document.js';
import { manifestId, readBaseManifest, readManifest, writeManifest } from '../manifest/manifest-file.js';
import type { Manifest } from '../manifest/manifest-schema.js';
import { type Candidate, type CertificateFinding, checkGates, notRedGate } from './gates.js';
import { checkAlias, formatModelUri, parseModelUri } from './model-uri.js';
import {
  type AliasPolicy,
  aliasPolicySchema,
  type GateResult,
  type RegistryEvent,
  type VersionRow,
} from './registry-event.js';
import { RegistryLog } from './registry-log.js';
import type { RegistryState } from './registry-state.js';
import type { RegistryStore } from './registry-store.js';

export interface Actor {
  /** Stands in the log: the viewer's name. */
  readonly name: string;
  /** May move protected aliases and set policies. */
  readonly mayMoveProtected: boolean;
}

export interface AliasChange {
  readonly model: string;
  readonly alias: string;
  readonly by: Actor;
  readonly why: string;
}

export interface RegistryOptions {
  readonly blobs: BlobStore;
  readonly store: RegistryStore;
  /** Public keys whose certificates count, as SigningKey.publicKey. */
  readonly trustedKeys: readonly string[];
  readonly clock?: Clock;
}

export class Registry {
  readonly blobs: BlobStore;
  private readonly store: RegistryStore;
  private readonly log: RegistryLog;
  private readonly trustedKeys: readonly string[];
  private readonly clock: Clock;

  constructor(options: RegistryOptions) {
    this.blobs = options.blobs;
    this.store = options.store;
    this.log = new RegistryLog(options.store);
    this.trustedKeys = options.trustedKeys;
    this.clock = options.clock ?? systemClock;
  }

  /** The state after every event that is stored now. Read only: it moves on with the next call. */
  state(): Promise<RegistryState> {
    return this.log.state();
  }

  /** Events with a number above `after`, at most 1,000. */
  events(after = 0): Promise<readonly RegistryEvent[]> {
    return this.store.events(after);
  }

  /**
   * A version by URI. Through a protected alias, its certificate is verified again: what was written past this door
   * does not serve.
   * @throws AppError INVALID_ARGUMENT, NOT_FOUND, PROMOTION_REFUSED
   */
  async resolve(uri: string): Promise<VersionRow> {
    const parsed = parseModelUri(uri);
    const state = await this.state();
    const row = state.version(parsed);
    if ('alias' in parsed && state.policy(row.model, parsed.alias).isProtected) {
      const { gates } = state.policy(row.model, parsed.alias);
      const candidate = await this.candidate(state, row, false);
      const asked = gates.filter((gate) => gate.kind === 'certificate');
      refuseFailed(row, parsed.alias, [...checkGates(asked, candidate), notRedGate(candidate)]);
    }
    return row;
  }

  /** A version by URI, to look at: nothing is verified. @throws AppError INVALID_ARGUMENT, NOT_FOUND */
  async find(uri: string): Promise<VersionRow> {
    return (await this.state()).version(parseModelUri(uri));
  }

  /**
   * Registers a manifest as the next version of its name. Its blobs must be stored; an adapter is verified against its
   * base again. The same manifest twice is one version.
   * @throws AppError as writeManifest and verifyAdapter; NOT_FOUND for a base that is not registered; CONFLICT for a
   *   name that belongs to the other kind
   */
  async register(manifest: Manifest, by: Actor, why: string): Promise<VersionRow> {
    if (manifest.kind === 'adapter') {
      const base = await this.store.versionOfManifest(manifest.base.manifest);
      if (base === undefined || base.kind !== 'base') {
        throw new AppError('NOT_FOUND', {
          message: `adapter ${manifest.name} is for base ${manifest.base.manifest}, which is not registered here`,
          facts: { base: manifest.base.manifest },
        });
      }
      const baseManifest = await readBaseManifest(this.blobs, manifest.base.manifest);
      await verifyAgainstFiles(this.blobs, manifest, baseManifest);
    }
    await writeManifest(this.blobs, manifest);
    const id = manifestId(manifest);
    await this.log.commit((state) => {
      const rows = state.versions(manifest.name);
      if (rows.some((row) => row.manifest === id)) return [];
      if (rows[0] !== undefined && rows[0].kind !== manifest.kind) {
        throw new AppError('CONFLICT', {
          message: `${manifest.name} is the name of ${rows[0].kind === 'base' ? 'a base' : 'a task'}: choose another`,
          facts: { model: manifest.name },
        });
      }
      const base = manifest.kind === 'adapter' ? manifest.base.manifest : null;
      const data = { version: rows.length + 1, manifest: id, kind: manifest.kind, base };
      return [{ ...this.stamp(manifest.name, by.name, why), kind: 'model_version.created', data }];
    });
    return (await this.state()).versions(manifest.name).find((row) => row.manifest === id)!;
  }

  /**
   * Points an alias at a version. No change, no event, when it points there already.
   * @throws AppError FORBIDDEN for a protected alias; PROMOTION_REFUSED naming every gate that failed; NOT_FOUND
   */
  async promote(change: AliasChange & { readonly version: number }): Promise<VersionRow> {
    const { model, alias, version, by, why } = change;
    checkAlias(alias);
    await this.log.commit(async (state) => {
      const row = state.version({ model, version });
      const gates = await this.askGates(state, row, change, 'promote');
      const from = state.aliases(model).get(alias) ?? null;
      if (from === version) return [];
      const data = { alias, from, to: version, action: 'promote' as const, gates };
      return [{ ...this.stamp(model, by.name, why), kind: 'model_version_alias.created', data }];
    });
    return (await this.state()).version({ model, version });
  }

  /**
   * Returns an alias to the version before its last promotion. Metrics are not asked again, the certificate is.
   * @throws AppError CONFLICT when there is none before; else as promote
   */
  async rollback(change: AliasChange): Promise<VersionRow> {
    const { model, alias, by, why } = change;
    let to = 0;
    await this.log.commit(async (state) => {
      const row = state.version({ model, version: before(state, change) });
      const gates = await this.askGates(state, row, change, 'rollback');
      to = row.version;
      const from = state.aliases(model).get(alias)!;
      const data = { alias, from, to, action: 'rollback' as const, gates };
      return [{ ...this.stamp(model, by.name, why), kind: 'model_version_alias.created', data }];
    });
    return (await this.state()).version({ model, version: to });
  }

  /** @throws AppError FORBIDDEN, NOT_FOUND */
  async removeAlias(change: AliasChange): Promise<void> {
    const { model, alias, by, why } = change;
    await this.log.commit((state) => {
      const from = state.version({ model, alias }).version;
      checkAlias(alias);
      refuseUnlessAllowed(state.policy(model, alias), change);
      return [
        { ...this.stamp(model, by.name, why), kind: 'model_version_alias.deleted', data: { alias, from } },
      ];
    });
  }

  /** Who may move an alias of a model, and what must hold. @throws AppError FORBIDDEN, NOT_FOUND, INVALID_ARGUMENT */
  async setPolicy(change: AliasChange & { readonly policy: AliasPolicy }): Promise<void> {
    const { model, alias, by, why } = change;
    checkAlias(alias);
    const policy = parseDocument(aliasPolicySchema, change.policy, 'INVALID_ARGUMENT', 'policy');
    await this.log.commit((state) => {
      state.version({ model, version: 1 });
      refuseUnlessAllowed({ isProtected: true, gates: [] }, change);
      return [{ ...this.stamp(model, by.name, why), kind: 'alias_policy.set', data: { alias, ...policy } }];
    });
  }

  /**
   * Records a certificate of a version, green or red; the newest one counts.
   * @throws AppError CERTIFICATE_INVALID when it does not verify or is of another version
   */
  async attachCertificate(given: {
    readonly uri: string;
    readonly bytes: Uint8Array;
    readonly who: string;
    readonly why: string;
  }): Promise<VersionRow> {
    const { document } = verifyCertificate(given.bytes, this.trustedKeys);
    const row = await this.find(given.uri);
    if (document.tasks.at(-1)!.manifest !== row.manifest || document.base.manifest !== row.base) {
      throw new AppError('CERTIFICATE_INVALID', {
        message: `the certificate is not of ${row.model} version ${row.version}`,
        facts: { model: row.model, version: row.version },
      });
    }
    const certificate = await this.blobs.put(given.bytes);
    const data = { version: row.version, certificate, verdict: document.verdict };
    await this.log.commit((state) =>
      state.certificate(row.model, row.version)?.certificate === certificate
        ? []
        : [{ ...this.stamp(row.model, given.who, given.why), kind: 'certificate.issued', data }],
    );
    return row;
  }

  /** The newest certificate of a version, verified. @throws AppError CERTIFICATE_INVALID, BLOB_MISSING, BLOB_CORRUPT */
  async certificate(row: VersionRow): Promise<VerifiedCertificate | undefined> {
    const found = (await this.state()).certificate(row.model, row.version);
    return found && verifyCertificate(await this.blobs.get(found.certificate), this.trustedKeys);
  }

  /** Tasks under a protected alias on the same base, without this one's other versions; oldest first. */
  async otherTasksInUse(row: VersionRow): Promise<readonly VersionRow[]> {
    return othersOf(await this.state(), row);
  }

  private async askGates(
    state: RegistryState,
    row: VersionRow,
    change: AliasChange,
    action: 'promote' | 'rollback',
  ): Promise<GateResult[]> {
    const policy = state.policy(change.model, change.alias);
    refuseUnlessAllowed(policy, change);
    const candidate = await this.candidate(state, row, action === 'promote');
    const asked =
      action === 'promote' ? policy.gates : policy.gates.filter((gate) => gate.kind === 'certificate');
    const results = checkGates(asked, candidate);
    if (!asked.some((gate) => gate.kind === 'certificate')) results.push(notRedGate(candidate));
    refuseFailed(row, change.alias, results);
    return results;
  }

  private async candidate(state: RegistryState, row: VersionRow, withOthers: boolean): Promise<Candidate> {
    return {
      row,
      manifest: await readManifest(this.blobs, row.manifest),
      certificate: await this.findCertificate(state.certificate(row.model, row.version)?.certificate),
      others: withOthers ? othersOf(state, row) : undefined,
    };
  }

  private async findCertificate(digest: Sha256 | undefined): Promise<CertificateFinding> {
    if (digest === undefined) return { state: 'none' };
    try {
      return {
        state: 'valid',
        certificate: verifyCertificate(await this.blobs.get(digest), this.trustedKeys),
      };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { state: 'invalid', reason: error.message };
    }
  }

  private stamp(model: string, who: string, why: string) {
    return { model, who, why, at: this.clock.now() };
  }
}

function othersOf(state: RegistryState, row: VersionRow): VersionRow[] {
  return row.base === null ? [] : state.tasksInUse(row.base).filter((other) => other.model !== row.model);
}

function before(state: RegistryState, { model, alias }: AliasChange): number {
  state.version({ model, alias });
  const version = state.before(model, alias);
  if (version !== undefined) return version;
  throw new AppError('CONFLICT', {
    message: `nothing stood before the present ${formatModelUri({ model, alias })}: promote another version`,
    facts: { model, alias },
  });
}

function refuseUnlessAllowed(policy: AliasPolicy, { model, alias, by }: AliasChange): void {
  if (!policy.isProtected || by.mayMoveProtected) return;
  throw new AppError('FORBIDDEN', {
    message: `alias ${alias} of ${model} is protected: ask an administrator`,
    facts: { model, alias },
  });
}

function refuseFailed(row: VersionRow, alias: string, results: readonly GateResult[]): void {
  const failed = results.filter(({ ok }) => !ok);
  if (failed.length === 0) return;
  throw new AppError('PROMOTION_REFUSED', {
    message: `${row.model} version ${row.version} may not be ${alias}: ${failed.map(({ gate, reason }) => `${gate}: ${reason}`).join(' | ')}`,
    facts: { model: row.model, version: row.version, alias, gates: failed.map(({ gate }) => gate) },
  });
}
