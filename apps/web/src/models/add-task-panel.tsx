'use client';
// Teach a base a new task: one zip in nnU-Net's layout, a name, a licence. Training is a job with a page of its own.
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { percentText } from '../format/quantities';
import { ApiFailure, failFromUserErrors, toApiFailure } from '../graphql/api-failure';
import { request } from '../graphql/client';
import { uploadBytes } from '../jobs/upload-bytes';
import { FailureNotice, Panel } from '../shell/notices';

const field = 'h-8 min-w-0 rounded border border-control-line bg-raised px-2 text-ink text-sm';

export function AddTaskPanel({ bases }: { bases: readonly string[] }) {
  const router = useRouter();
  const [sent, setSent] = useState<number>();
  const [failure, setFailure] = useState<ApiFailure>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const file = fields.get('data');
    setFailure(undefined);
    try {
      if (!(file instanceof File) || file.size === 0)
        throw new ApiFailure('INVALID_ARGUMENT', 'choose the zip first');
      setSent(0);
      const upload = await uploadBytes(file, 'TASK_DATA', { onProgress: setSent });
      const steps = Number(fields.get('steps'));
      const { addTask } = await request('AddTask', {
        input: {
          upload,
          name: String(fields.get('name')).trim(),
          licence: String(fields.get('licence')).trim(),
          base: String(fields.get('base')),
          ...(steps > 0 ? { steps } : {}),
        },
      });
      failFromUserErrors(addTask.userErrors);
      if (addTask.job !== null) router.push(`/jobs/${encodeURIComponent(addTask.job.id)}`);
    } catch (error) {
      setFailure(toApiFailure(error));
      setSent(undefined);
    }
  };
  return (
    <Panel title="Add a task" testId="add-task">
      <form onSubmit={submit} className="flex flex-col gap-2 text-ink-soft text-xs">
        <label className="flex flex-col gap-1">
          Cases: a zip with imagesTr, labelsTr, dataset.json
          <input name="data" type="file" accept=".zip,application/zip" required className="text-ink" />
        </label>
        <label className="flex flex-col gap-1">
          Name
          <input
            name="name"
            required
            maxLength={64}
            pattern="[a-z0-9]([a-z0-9._\-]*[a-z0-9])?"
            title="lower case letters, digits, . _ -"
            autoComplete="off"
            className={field}
          />
        </label>
        <div className="grid grid-cols-2 gap-2">
          <label className="flex flex-col gap-1">
            Licence of the result
            <input name="licence" required maxLength={100} defaultValue="CC-BY-4.0" className={field} />
          </label>
          <label className="flex flex-col gap-1">
            Steps
            <input name="steps" type="number" min={1} max={100_000} placeholder="600" className={field} />
          </label>
        </div>
        <label className={bases.length > 1 ? 'flex flex-col gap-1' : 'sr-only'}>
          Base
          <select name="base" className={field} tabIndex={bases.length > 1 ? 0 : -1}>
            {bases.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button
          type="submit"
          data-testid="start-training"
          disabled={sent !== undefined}
          className="h-8 rounded bg-accent px-3 font-medium text-accent-ink text-sm disabled:opacity-50"
        >
          {sent === undefined ? 'Train' : `Sending ${percentText(sent)}`}
        </button>
        {failure !== undefined && <FailureNotice failure={failure} />}
      </form>
    </Panel>
  );
}
