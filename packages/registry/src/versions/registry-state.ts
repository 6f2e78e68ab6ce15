// What is true today, folded from the log event by event. No clock, no store: the same events give the same state.
import { AppError, assertNever, type Sha256 } from '@tomograph/kernel';
import { latestAlias, type ModelUri } from './model-uri.js';
import type { AliasPolicy, RegistryEvent, VersionRow } from './registry-event.js';
import { rowsOf } from './registry-store.js';

export interface CertificateRef {
  readonly certificate: Sha256;
  readonly verdict: 'green' | 'red';
}

/** Versions that an alias named, the present one last: promotion pushes, rollback pops. */
type Stack = readonly number[];

const championPolicy: AliasPolicy = { isProtected: true, gates: [{ kind: 'certificate' }] };
const freePolicy: AliasPolicy = { isProtected: false, gates: [] };

export class RegistryState {
  private last = 0;
  private readonly rows = new Map<string, VersionRow[]>();
  private readonly stacks = new Map<string, Map<string, Stack>>();
  private readonly policies = new Map<string, AliasPolicy>();
  private readonly certificates = new Map<string, CertificateRef>();

  /** Number of the last event folded in. */
  get seq(): number {
    return this.last;
  }

  /** @throws TypeError for an event that is not the next */
  apply(event: RegistryEvent): void {
    if (event.seq !== this.last + 1) throw new TypeError(`event ${event.seq} follows ${this.last}`);
    this.last = event.seq;
    const { model } = event;
    switch (event.kind) {
      case 'model_version.created':
        this.rows.set(model, [...(this.rows.get(model) ?? []), ...rowsOf([event])]);
        return;
      case 'model_version_alias.created': {
        const { alias, to, action } = event.data;
        const stack = this.stackOf(model, alias);
        this.setStack(model, alias, action === 'rollback' ? stack.slice(0, -1) : [...stack, to]);
        return;
      }
      case 'model_version_alias.deleted':
        this.setStack(model, event.data.alias, []);
        return;
      case 'alias_policy.set': {
        const { alias, isProtected, gates } = event.data;
        this.policies.set(`${model}@${alias}`, { isProtected, gates });
        return;
      }
      case 'certificate.issued': {
        const { version, certificate, verdict } = event.data;
        this.certificates.set(`${model}/${version}`, { certificate, verdict });
        return;
      }
      default:
        assertNever(event);
    }
  }

  models(): string[] {
    return [...this.rows.keys()].sort();
  }

  versions(model: string): readonly VersionRow[] {
    return this.rows.get(model) ?? [];
  }

  /** @throws AppError NOT_FOUND */
  version(uri: ModelUri): VersionRow {
    const rows = this.versions(uri.model);
    const wanted =
      'version' in uri
        ? uri.version
        : uri.alias === latestAlias
          ? rows.length
          : this.stackOf(uri.model, uri.alias).at(-1);
    const row = wanted === undefined ? undefined : rows[wanted - 1];
    if (row !== undefined) return row;
    const what = 'version' in uri ? `version ${uri.version}` : `alias ${uri.alias}`;
    throw new AppError('NOT_FOUND', {
      message: rows.length === 0 ? `there is no model ${uri.model}` : `model ${uri.model} has no ${what}`,
      facts: { model: uri.model },
    });
  }

  /** Alias -> version, sorted by alias; without `latest`. */
  aliases(model: string): ReadonlyMap<string, number> {
    const entries = [...(this.stacks.get(model) ?? [])].flatMap(([alias, stack]): [string, number][] =>
      stack.length === 0 ? [] : [[alias, stack.at(-1)!]],
    );
    return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The version that a rollback of the alias returns to. */
  before(model: string, alias: string): number | undefined {
    return this.stackOf(model, alias).at(-2);
  }

  policy(model: string, alias: string): AliasPolicy {
    return this.policies.get(`${model}@${alias}`) ?? (alias === 'champion' ? championPolicy : freePolicy);
  }

  /** Aliases whose policy was set, with it; sorted by alias. Others have the default of `policy`. */
  setPolicies(model: string): readonly (readonly [alias: string, AliasPolicy])[] {
    const prefix = `${model}@`;
    const own = [...this.policies].filter(([key]) => key.startsWith(prefix));
    return own
      .map(([key, policy]) => [key.slice(prefix.length), policy] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  certificate(model: string, version: number): CertificateRef | undefined {
    return this.certificates.get(`${model}/${version}`);
  }

  /** Tasks of a base that are in use: versions under a protected alias, in the order they were registered. */
  tasksInUse(base: Sha256): VersionRow[] {
    const found = this.models().flatMap((model) =>
      [...this.aliases(model)]
        .filter(([alias]) => this.policy(model, alias).isProtected)
        .map(([, version]) => this.version({ model, version })),
    );
    const own = [...new Set(found)].filter((row) => row.base === base);
    return own.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.model < b.model ? -1 : 1));
  }

  private stackOf(model: string, alias: string): Stack {
    return this.stacks.get(model)?.get(alias) ?? [];
  }

  private setStack(model: string, alias: string, stack: Stack): void {
    const of = this.stacks.get(model) ?? new Map<string, Stack>();
    this.stacks.set(model, of.set(alias, stack));
  }
}
