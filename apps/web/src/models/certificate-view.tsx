// A no-forgetting certificate: the matrix of Dice, what it sums up to, the canaries, the device, the signature.
import { plural, timeText } from '../format/quantities';
import { viaThisServer } from '../graphql/blob-address';
import type { CertificatePartsFragment } from '../graphql/generated/types';
import { growthText } from './growth';
import { VerdictBadge } from './verdict-badge';
import { shortDigest } from './version-words';

type Evidence = NonNullable<CertificatePartsFragment['evidence']>;

export function CertificateView({ certificate }: { certificate: CertificatePartsFragment | null }) {
  if (certificate === null) {
    return (
      <p className="text-ink-soft text-sm">
        No certificate: the canaries were not replayed. A protected alias cannot point here.
      </p>
    );
  }
  const { evidence, problem, keyId, digest, url } = certificate;
  return (
    <div data-testid="certificate" className="flex flex-col gap-2 text-sm">
      <p className="flex flex-wrap items-center gap-2">
        <VerdictBadge certificate={certificate} />
        <a href={viaThisServer(url)} download="certificate.json" className="text-accent text-xs underline">
          Signed file
        </a>
        <code className="font-mono text-ink-soft text-xs" title={digest}>
          {shortDigest(digest)}
        </code>
      </p>
      {problem !== null && <p className="rounded bg-danger-wash px-2 py-1">{problem}</p>}
      {evidence !== null && <EvidenceView evidence={evidence} />}
      {keyId !== null && (
        <p className="text-ink-soft text-xs">
          Signed (Ed25519) by key{' '}
          <code className="font-mono" title={keyId}>
            {shortDigest(keyId)}
          </code>{' '}
          and checked now. Offline: <code className="font-mono">tomograph registry verify</code>.
        </p>
      )}
    </div>
  );
}

function EvidenceView({ evidence }: { evidence: Evidence }) {
  const { reasons, canaryCount, identicalCanaries, bwt, fwt, growthTotal, runtime } = evidence;
  const missing = unreplayed(evidence);
  return (
    <>
      {reasons.length > 0 && (
        <ul className="list-disc rounded bg-danger-wash py-1 pr-2 pl-6 text-xs">
          {reasons.slice(0, 8).map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      <DiceMatrix evidence={evidence} />
      {missing.length > 0 && (
        <ul data-testid="not-replayed" className="text-ink-soft text-xs">
          {missing.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <dl className="grid grid-cols-[max-content_1fr] gap-x-3 gap-y-0.5 text-xs">
        <dt className="text-ink-soft">Canaries</dt>
        <dd data-testid="canaries">
          {identicalCanaries} of {canaryCount} outputs byte-identical before and after
        </dd>
        <dt className="text-ink-soft">Transfer</dt>
        <dd data-testid="transfer">
          backward {signed(bwt)}, forward {signed(fwt)}
        </dd>
        <dt className="text-ink-soft">Growth</dt>
        <dd>
          adapters +{growthText(growthTotal.factorsPercent)}, heads +{growthText(growthTotal.headPercent)}
        </dd>
        <dt className="text-ink-soft">Device</dt>
        <dd>
          {runtime.provider}, {runtime.device}, {plural(runtime.threads, 'thread')}, {runtime.engine}{' '}
          {runtime.version}, level {runtime.graphLevel}
        </dd>
        <dt className="text-ink-soft">Issued</dt>
        <dd>{timeText(evidence.issuedAt)}</dd>
      </dl>
    </>
  );
}

const signed = (value: number | null) =>
  value === null ? 'not defined' : `${value > 0 ? '+' : value < 0 ? '−' : '±'}${Math.abs(value).toFixed(3)}`;

/** Which columns have no value in the last row, and why: no cell is left out in silence. */
export function unreplayed({ testSets, tasks }: Pick<Evidence, 'testSets' | 'tasks'>): string[] {
  const names = columnNames(tasks);
  return testSets.flatMap(({ digest, isReplayed }, k) => {
    if (isReplayed) return [];
    return digest === null
      ? `${names[k]}: not defined here, since no machine is known to hold test cases of it.`
      : `${names[k]}: not replayed here; its test set ${shortDigest(digest)} lies on another machine.`;
  });
}

const columnNames = (tasks: Evidence['tasks']) => [
  'base',
  ...tasks.map(({ model, version }) => `${model} v${version}`),
];

/** Rows: after each step. Columns: on whose test set. A cell is shaded by its Dice and says it too. */
export function DiceMatrix({ evidence: { dice, tasks } }: { evidence: Pick<Evidence, 'dice' | 'tasks'> }) {
  const names = columnNames(tasks);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table must scroll by key
    <section className="overflow-x-auto" tabIndex={0} aria-label="Matrix of Dice, table">
      <table data-testid="dice-matrix" className="text-xs tabular-nums">
        <caption className="pb-1 text-left text-2xs text-ink-soft">
          Dice on the test set of each column, after the step of each row
        </caption>
        <thead>
          <tr>
            <td />
            {names.map((name) => (
              <th key={name} scope="col" className="px-2 pb-1 text-left font-medium font-mono text-2xs">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {dice.map(({ values }, s) => (
            <tr key={names[s]}>
              <th scope="row" className="pr-2 text-left font-medium font-mono text-2xs">
                {s === 0 ? 'base' : `+ ${names[s]}`}
              </th>
              {values.map((value, k) => (
                <td
                  key={names[k]}
                  className="min-w-16 border border-panel px-2 py-1"
                  style={{
                    background:
                      value === null
                        ? undefined
                        : `color-mix(in srgb, var(--accent) ${Math.round(35 * value)}%, var(--panel))`,
                  }}
                >
                  {value === null ? (
                    <span className="text-ink-soft" title={emptyCell(s, k)}>
                      <span aria-hidden="true">—</span>
                      <span className="sr-only">{emptyCell(s, k)}</span>
                    </span>
                  ) : (
                    value.toFixed(3)
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Why a cell of the matrix has no value. */
function emptyCell(step: number, column: number): string {
  return column > step ? 'not defined: not taught yet' : 'not measured';
}
