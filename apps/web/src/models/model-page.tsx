'use client';
// One model: its versions with everything their manifests say, their certificates, and who serves under which alias.
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { bytesText, timeText } from '../format/quantities';
import { type ApiFailure, failFromUserErrors, toApiFailure } from '../graphql/api-failure';
import { viaThisServer } from '../graphql/blob-address';
import { type Data, request } from '../graphql/client';
import { useOperation } from '../graphql/use-operation';
import { useMay } from '../graphql/use-role';
import { EmptyNotice, FailureNotice, Panel } from '../shell/notices';
import { AliasPanel, WhyForm } from './alias-panel';
import { CertificateView } from './certificate-view';
import { growthText } from './growth';
import { countText, metricText, shortDigest } from './version-words';

type Model = NonNullable<Data<'ModelDetail'>['model']>;
type Version = Model['versions'][number];

export function ModelPage({ name }: { name: string }) {
  const { data, failure, reload } = useOperation('ModelDetail', { name });
  const model = data?.model;
  return (
    <div className="mx-auto flex w-full max-w-7xl flex-1 flex-col gap-3 p-3">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h1 className="font-semibold">
          {model?.kind === 'TASK' ? 'Task' : model?.kind === 'BASE' ? 'Base' : 'Model'}{' '}
          <span className="font-mono">{name}</span>
        </h1>
        <Link href="/models" className="text-accent text-sm underline">
          All models
        </Link>
      </div>
      {failure !== undefined && <FailureNotice failure={failure} onRetry={reload} />}
      {data === undefined && failure === undefined && (
        <p role="status" className="text-ink-soft text-sm">
          Loading the model…
        </p>
      )}
      {data !== undefined && !model && (
        <EmptyNotice title="No such model">
          Names stay for good; this one was never registered here.
        </EmptyNotice>
      )}
      {model && (
        <div className="grid items-start gap-4 lg:grid-cols-[1fr_22rem]">
          <div className="flex min-w-0 flex-col gap-4">
            {model.versions.map((version) => (
              <VersionPanel key={version.uri} model={model} version={version} onChanged={reload} />
            ))}
          </div>
          <AliasPanel model={model} onChanged={reload} />
        </div>
      )}
    </div>
  );
}

function VersionPanel({
  model,
  version,
  onChanged,
}: {
  model: Model;
  version: Version;
  onChanged: () => void;
}) {
  return (
    <Panel
      title={`Version ${version.version}`}
      testId="version"
      aside={version.aliases.map((alias) => `@${alias}`).join(' ') || 'no alias'}
    >
      {version.description !== '' && <p className="mb-2 max-w-prose text-sm">{version.description}</p>}
      <div className="grid gap-4 xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-3">
          <Facts version={version} />
          <Metrics metrics={version.metrics} />
        </div>
        {version.kind === 'TASK' && <CertificateView certificate={version.certificate} />}
      </div>
      <Labels labels={version.labels} />
      <Files version={version} />
      <Actions model={model} version={version} onChanged={onChanged} />
    </Panel>
  );
}

function Facts({ version }: { version: Version }) {
  const { parameters, provenance } = version;
  const { factors, head, factorsPercent, headPercent, decoderPercent } = parameters;
  const rows: [string, React.ReactNode][] = [
    [
      'URI',
      <code key="uri" className="font-mono">
        {version.uri}
      </code>,
    ],
    [
      'Manifest',
      <code key="manifest" className="break-all font-mono" title={version.manifest}>
        {shortDigest(version.manifest)}
      </code>,
    ],
    ...(version.base === null ? [] : ([['Base', version.base.uri]] as [string, string][])),
    ...(factors === null
      ? ([['Values', countText(parameters.network)]] as [string, string][])
      : ([
          [
            'Adapter',
            `${countText(factors)} values, rank ${version.rank} (+${growthText(factorsPercent ?? 0)})`,
          ],
          ['Head', `${countText(head ?? 0)} values (+${growthText(headPercent ?? 0)})`],
          ...(decoderPercent === null
            ? []
            : ([['Instead of', `a decoder of its own, +${growthText(decoderPercent)}`]] as [
                string,
                string,
              ][])),
        ] as [string, string][])),
    ['Licence', version.licence],
    [
      'Made',
      `${provenance.origin}, ${provenance.method}${provenance.steps === null ? '' : `, ${provenance.steps} steps`}`,
    ],
    ...(provenance.from === null ? [] : ([['From', provenance.from]] as [string, string][])),
    ...(provenance.data === null
      ? []
      : ([
          [
            'Data',
            `${provenance.data.name}: ${provenance.data.training} training, ${provenance.data.validation} validation, ${provenance.data.test} test`,
          ],
        ] as [string, string][])),
    ['Registered', `${timeText(version.createdAt)} by ${version.createdBy}`],
  ];
  return (
    <dl className="grid grid-cols-[max-content_1fr] gap-x-3 gap-y-0.5 text-xs">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-soft">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Metrics({ metrics }: { metrics: Version['metrics'] }) {
  if (metrics.length === 0) return <p className="text-ink-soft text-xs">No quality was measured.</p>;
  return (
    <ul className="flex flex-col gap-0.5 text-xs" aria-label="Measured quality">
      {metrics.slice(0, 30).map((metric) => (
        <li key={`${metric.name} ${metric.structure} ${metric.data}`} className="tabular-nums">
          {metric.name}
          {metric.structure === null ? ' (mean)' : ` of ${metric.structure.replaceAll('_', ' ')}`}:{' '}
          {metricText(metric)} <span className="text-ink-soft">on {metric.data}</span>
        </li>
      ))}
    </ul>
  );
}

function Labels({ labels }: { labels: Version['labels'] }) {
  if (labels.length === 0) return null;
  return (
    <details className="mt-3 text-xs">
      <summary>
        {labels.length === 1 ? '1 structure' : `${labels.length} structures`} with SNOMED codes
      </summary>
      <ul className="mt-1 grid gap-x-4 sm:grid-cols-2">
        {labels.map(({ value, name, snomed }) => (
          <li key={value}>
            <span className="tabular-nums">{value}</span> {name.replaceAll('_', ' ')}{' '}
            <span className="text-ink-soft">
              {snomed === null ? 'no code' : `${snomed.code} ${snomed.display}`}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Files({ version: { files, cardUrl, manifestUrl } }: { version: Version }) {
  const links = [
    ...files.map(({ name, bytes, url }) => ({ name, words: `${name} (${bytesText(bytes)})`, url })),
    ...(cardUrl === null ? [] : [{ name: 'README.md', words: 'README.md', url: cardUrl }]),
    { name: 'manifest.json', words: 'manifest.json', url: manifestUrl },
  ];
  return (
    <p className="mt-3 flex flex-wrap gap-x-3 gap-y-1 text-xs">
      {links.map(({ name, words, url }) => (
        <a
          key={name}
          href={viaThisServer(url)}
          download={name}
          className="inline-flex min-h-6 items-center font-mono text-accent underline"
        >
          {words}
        </a>
      ))}
    </p>
  );
}

function Actions({ model, version, onChanged }: { model: Model; version: Version; onChanged: () => void }) {
  const router = useRouter();
  const isCurator = useMay('CURATOR');
  const isAdmin = useMay('ADMIN');
  const [failure, setFailure] = useState<ApiFailure>();
  if (!isCurator) return null;
  const verify = async () => {
    setFailure(undefined);
    try {
      const { verifyModel } = await request('VerifyModel', { input: { uri: version.uri } });
      failFromUserErrors(verifyModel.userErrors);
      if (verifyModel.job !== null) router.push(`/jobs/${encodeURIComponent(verifyModel.job.id)}`);
    } catch (error) {
      setFailure(toApiFailure(error));
    }
  };
  return (
    <div className="mt-3 flex flex-wrap items-start gap-2 border-line border-t pt-3">
      <WhyForm
        action="Promote"
        subject={version.uri}
        testId="promote"
        aliases={isAdmin ? ['champion', 'challenger'] : ['challenger']}
        onDone={onChanged}
        act={async (why, alias) => {
          const input = { model: model.name, version: version.version, alias, why };
          failFromUserErrors((await request('PromoteModel', { input })).promoteModel.userErrors);
        }}
      />
      {version.kind === 'TASK' && (
        <button
          type="button"
          data-testid="verify"
          onClick={() => void verify()}
          className="min-h-6 rounded border border-control-line px-2 text-xs hover:bg-raised"
        >
          Replay the canaries<span className="sr-only"> for {version.uri}</span>
        </button>
      )}
      {failure !== undefined && <FailureNotice failure={failure} />}
    </div>
  );
}
