// Whether a version may get an alias: each gate answers for itself, and all are asked, so that a refusal names all.
import { assertNever } from '@tomograph/kernel';
import type { VerifiedCertificate } from '../certificate/certificate-file.js';
import type { Manifest } from '../manifest/manifest-schema.js';
import type { Gate, GateResult, VersionRow } from './registry-event.js';

/** The certificate of a version: none, one that verifies, or one that does not (and why). */
export type CertificateFinding =
  | { readonly state: 'none' }
  | { readonly state: 'valid'; readonly certificate: VerifiedCertificate }
  | { readonly state: 'invalid'; readonly reason: string };

export interface Candidate {
  readonly row: VersionRow;
  readonly manifest: Manifest;
  readonly certificate: CertificateFinding;
  /** Other tasks of the same base in use, which the certificate must cover; undefined: not asked (a rollback). */
  readonly others: readonly VersionRow[] | undefined;
}

export function checkGates(gates: readonly Gate[], candidate: Candidate): GateResult[] {
  return gates.map((gate) => {
    switch (gate.kind) {
      case 'certificate':
        return { gate: 'certificate', ...certificateGate(candidate, true) };
      case 'metric':
        return { gate: nameOf(gate), ...metricGate(gate, candidate.manifest) };
      default:
        return assertNever(gate);
    }
  });
}

/** Asked for every alias, whatever its policy: a version may lack a certificate there, but not have a bad one. */
export function notRedGate(candidate: Candidate): GateResult {
  return { gate: 'certificate', ...certificateGate(candidate, false) };
}

type Answer = Omit<GateResult, 'gate'>;
const no = (reason: string): Answer => ({ ok: false, reason });
const yes = (reason: string): Answer => ({ ok: true, reason });

function certificateGate({ row, certificate: found, others }: Candidate, isRequired: boolean): Answer {
  if (row.base === null) return yes('a base has nothing before it to forget');
  if (found.state === 'invalid') return no(found.reason);
  if (found.state === 'none') {
    return isRequired
      ? no('there is no certificate: replay the canaries first')
      : yes('none yet, none asked');
  }
  const { document } = found.certificate;
  const subject = document.tasks.at(-1)!;
  if (subject.manifest !== row.manifest || document.base.manifest !== row.base) {
    return no(
      `the certificate is of ${subject.model} version ${subject.version} on another base or manifest`,
    );
  }
  if (document.verdict === 'red')
    return no(`the certificate is red: ${document.reasons.slice(0, 3).join('; ')}`);
  if (!isRequired) return yes('green');
  const covered = new Set(document.tasks.map((task) => task.manifest));
  const left = (others ?? []).filter((other) => !covered.has(other.manifest));
  if (left.length === 0) return yes(`green over ${document.tasks.length} tasks`);
  const names = left.map((other) => `${other.model} version ${other.version}`).join(', ');
  return no(`the certificate does not cover ${names}, in use since: issue a new one`);
}

type MetricGate = Extract<Gate, { kind: 'metric' }>;

function metricGate(gate: MetricGate, { metrics }: Manifest): Answer {
  const metric = metrics.find(
    (m) => m.name === gate.name && m.structure === gate.structure && m.data === gate.data,
  );
  if (metric === undefined) return no('not measured');
  const { interval } = metric;
  if (interval === null) return no('measured without an interval');
  const range = `interval [${interval.low}, ${interval.high}], n = ${metric.n}`;
  if (gate.atLeast !== null && interval.low < gate.atLeast) {
    return no(`its lower end is below ${gate.atLeast}: ${range}`);
  }
  if (gate.atMost !== null && interval.high > gate.atMost) {
    return no(`its upper end is above ${gate.atMost}: ${range}`);
  }
  return yes(range);
}

function nameOf({ name, structure, data, atLeast, atMost }: MetricGate): string {
  const of = structure === null ? '' : ` of ${structure}`;
  const bounds = [atLeast === null ? [] : [`≥ ${atLeast}`], atMost === null ? [] : [`≤ ${atMost}`]].flat();
  return `${name}${of} on ${data} ${bounds.join(' and ')}`;
}
