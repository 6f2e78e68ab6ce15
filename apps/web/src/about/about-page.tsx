'use client';
// What this installation is: its spaces and their state, its keys, its version and terms.
import { useOperation } from '../graphql/use-operation';
import { FailureNotice, Panel } from '../shell/notices';
import { KeysPanel } from './keys-panel';
import { SpacesPanel } from './spaces-panel';

export function AboutPage({ version }: { version: string }) {
  const { data, failure, reload } = useOperation('Viewer', {});
  const viewer = data?.viewer;
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-1 flex-col gap-4 p-3">
      <h1 className="sr-only">About this installation</h1>
      {failure !== undefined && <FailureNotice failure={failure} onRetry={reload} />}
      <div className="grid items-start gap-4 lg:grid-cols-[1fr_20rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <SpacesPanel role={viewer?.role} />
          {viewer?.role === 'ADMIN' && <KeysPanel ownPrefix={viewer.name} />}
        </div>
        <div className="flex flex-col gap-4">
          <Panel title="Use" testId="terms">
            <p className="text-sm leading-relaxed">
              <strong className="text-present">Research use only.</strong> Tomograph is not a medical device.
              What it finds, marks or drafts has not been validated for diagnosis, treatment or triage, and
              must not inform the care of a patient.
            </p>
            <p className="mt-2 text-ink-soft text-sm">
              Headers are de-identified on the way in. That does not prove an image clean: faces and text
              burned into pixels remain.
            </p>
          </Panel>
          <Panel title="This installation">
            <dl className="grid grid-cols-[6rem_1fr] gap-y-1 text-sm">
              <dt className="text-ink-soft">Version</dt>
              <dd className="font-mono" data-testid="version">
                {version}
              </dd>
              <dt className="text-ink-soft">Acting as</dt>
              <dd data-testid="viewer">
                {viewer === undefined ? '…' : `${viewer.name}, ${viewer.role.toLowerCase()}`}
              </dd>
              <dt className="text-ink-soft">Projects</dt>
              <dd>{viewer?.projects.map((project) => project.name).join(', ') || '—'}</dd>
              <dt className="text-ink-soft">Licence</dt>
              <dd>Apache-2.0</dd>
              <dt className="text-ink-soft">Typefaces</dt>
              <dd>Inter, JetBrains Mono (OFL-1.1)</dd>
              <dt className="text-ink-soft">Viewer</dt>
              <dd>NiiVue (BSD-2-Clause)</dd>
            </dl>
          </Panel>
        </div>
      </div>
    </div>
  );
}
