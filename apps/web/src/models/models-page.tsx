'use client';
// The registry at a glance: bases, the tasks on each, what they add, who serves; and what the workers hold in memory.
import Link from 'next/link';
import { bytesText, plural } from '../format/quantities';
import type { Data } from '../graphql/client';
import { useOperation } from '../graphql/use-operation';
import { useMay } from '../graphql/use-role';
import { EmptyNotice, FailureNotice, Panel } from '../shell/notices';
import { AddTaskPanel } from './add-task-panel';
import { growthOf, growthText } from './growth';
import { GrowthBar } from './growth-bar';
import { ImportPanel } from './import-panel';
import { VerdictBadge } from './verdict-badge';
import { countText, mainMetric, metricText, shortDigest, structureText } from './version-words';
import { WebhooksPanel } from './webhooks-panel';

type Base = Data<'Models'>['models'][number];
type Task = Base['tasks'][number];

export function ModelsPage() {
  const { data, failure, reload } = useOperation('Models', {});
  const mayTrain = useMay('CURATOR');
  const isAdmin = useMay('ADMIN');
  // a model without structures of its own, such as the one for nodules, takes no tasks
  const bases = data?.models.filter(({ latest }) => latest.labels.length > 0).map(({ name }) => name) ?? [];
  return (
    <div className="mx-auto grid w-full max-w-7xl flex-1 content-start items-start gap-4 p-3 lg:grid-cols-[1fr_20rem]">
      <h1 className="sr-only">Models</h1>
      <div className="flex min-w-0 flex-col gap-4">
        {failure !== undefined && <FailureNotice failure={failure} onRetry={reload} />}
        {data === undefined && failure === undefined && (
          <p role="status" className="text-ink-soft text-sm">
            Loading the models…
          </p>
        )}
        {data?.models.length === 0 && (
          <EmptyNotice title="No base is registered">
            A worker registers the shipped base when it starts. Without its weights there are no tasks.
          </EmptyNotice>
        )}
        {data?.models.map((base) => (
          <BasePanel key={base.name} base={base} />
        ))}
        {isAdmin && data !== undefined && (
          <WebhooksPanel
            models={data.models.flatMap(({ name, tasks }) => [name, ...tasks.map((task) => task.name)])}
          />
        )}
      </div>
      <div className="flex flex-col gap-4">
        {mayTrain && bases.length > 0 && (
          <>
            <AddTaskPanel bases={bases} />
            <ImportPanel bases={bases} />
          </>
        )}
        {data !== undefined && <WorkersPanel workers={data.workers} />}
      </div>
    </div>
  );
}

function BasePanel({ base: { name, latest, tasks } }: { base: Base }) {
  const metric = mainMetric(latest.metrics);
  const takesTasks = latest.labels.length > 0; // as where a base is chosen, above
  return (
    <Panel
      title={takesTasks ? `Base ${name}` : `Model ${name}`}
      testId="base"
      aside={
        <Link href={`/models/${encodeURIComponent(name)}`} className="text-accent underline">
          {latest.uri}
        </Link>
      }
    >
      {latest.description !== '' && <p className="mb-2 max-w-prose text-sm">{latest.description}</p>}
      <dl className="mb-3 grid grid-cols-[max-content_1fr] gap-x-3 gap-y-0.5 text-xs sm:grid-cols-[max-content_1fr_max-content_1fr]">
        <Fact name="Values">{countText(latest.parameters.network)}</Fact>
        <Fact name="Licence">{latest.licence}</Fact>
        <Fact name="Manifest">
          <code className="font-mono" title={latest.manifest}>
            {shortDigest(latest.manifest)}
          </code>
        </Fact>
        <Fact name="Finds itself">{structureText(latest.labels) || '—'}</Fact>
        {metric !== undefined && (
          <Fact name={metric.name}>
            {metricText(metric)} ({metric.data})
          </Fact>
        )}
      </dl>
      {tasks.length === 0 ? (
        <p className="text-ink-soft text-sm">
          {takesTasks ? 'No task was added yet.' : 'It answers questions of its own and takes no tasks.'}
        </p>
      ) : (
        <>
          <GrowthBar growth={growthOf(tasks)} />
          <TaskTable tasks={tasks} />
        </>
      )}
    </Panel>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-ink-soft">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

const columns = ['Task', 'Champion', 'Structures', 'Quality', 'Adds', 'Certificate'];

function TaskTable({ tasks }: { tasks: readonly Task[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table must scroll by key
    <section className="relative mt-3 overflow-x-auto" tabIndex={0} aria-label="Tasks, table">
      <table className="w-full text-left text-sm">
        <thead className="text-2xs text-ink-soft uppercase tracking-wide">
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" className="py-1 pr-4 font-medium">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tasks.map((task) => (
            <TaskRow key={task.name} task={task} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function TaskRow({ task: { name, aliases, latest } }: { task: Task }) {
  const champion = aliases.find(({ alias }) => alias === 'champion');
  const metric = mainMetric(latest.metrics);
  const { factorsPercent, headPercent } = latest.parameters;
  return (
    <tr data-testid="task" data-task={name} className="border-line border-t align-baseline">
      <th scope="row" className="py-1.5 pr-4 font-normal">
        <Link href={`/models/${encodeURIComponent(name)}`} className="font-mono text-accent underline">
          {name}
        </Link>
        <span className="ml-1 text-ink-soft text-xs">v{latest.version}</span>
      </th>
      <td className="pr-4 tabular-nums">{champion === undefined ? '—' : `v${champion.version.version}`}</td>
      <td className="max-w-56 truncate pr-4" title={latest.labels.map((label) => label.name).join(', ')}>
        {structureText(latest.labels, 3)}
      </td>
      <td className="whitespace-nowrap pr-4 text-xs tabular-nums">
        {metric === undefined ? '—' : `${metric.name} ${metricText(metric)}`}
      </td>
      <td className="whitespace-nowrap pr-4 tabular-nums">
        {factorsPercent === null ? '—' : `+${growthText(factorsPercent + (headPercent ?? 0))}`}
      </td>
      <td>
        {champion === undefined ? (
          <span className="text-ink-soft text-xs">—</span>
        ) : (
          <VerdictBadge certificate={champion.version.certificate} />
        )}
      </td>
    </tr>
  );
}

function WorkersPanel({ workers }: { workers: Data<'Models'>['workers'] }) {
  return (
    <Panel title="In memory" testId="workers" aside={plural(workers.length, 'worker')}>
      {workers.length === 0 && <p className="text-ink-soft text-sm">No worker has reported.</p>}
      <ul className="flex flex-col gap-3 text-sm">
        {workers.map(({ id, device, bases, adapters, adapterBytes }) => (
          <li key={id} data-testid="worker">
            <p className="truncate text-xs" title={device}>
              {device}
            </p>
            {bases.map(({ name, queued, running, completed }) => (
              <p key={name} className="text-ink-soft text-xs tabular-nums">
                <span className="font-mono text-ink">{name}</span>: {queued} queued, {running} running,{' '}
                {countText(completed)} done
              </p>
            ))}
            <p className="text-ink-soft text-xs">
              {adapters.length === 0
                ? 'no adapters'
                : `${plural(adapters.length, 'adapter')}, ${bytesText(adapterBytes)}: ${[...new Set(adapters.map((a) => a.name))].slice(0, 12).join(', ')}`}
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
