'use client';
// Take in an adapter that was trained elsewhere: a folder or zip in the layout of PEFT. What does not fit is refused at once, by a
// code of its own, beside the form; what fits becomes a job with a page of its own.
import { useRouter } from 'next/navigation';
import { type FormEvent, type InputHTMLAttributes, useState } from 'react';
import { bytesText, percentText, plural } from '../format/quantities';
import { ApiFailure, failFromUserErrors, toApiFailure } from '../graphql/api-failure';
import { request } from '../graphql/client';
import { uploadBytes } from '../jobs/upload-bytes';
import { FailureNotice, Panel } from '../shell/notices';
import { type AdapterFiles, adapterFiles } from './adapter-files';
import { structureLines } from './structure-lines';

const field = 'h-8 min-w-0 rounded border border-control-line bg-raised px-2 text-ink text-sm';
// React knows the attribute, its types do not.
const folderAttributes = { webkitdirectory: '' } as InputHTMLAttributes<HTMLInputElement>;

export function ImportPanel({ bases }: { bases: readonly string[] }) {
  const router = useRouter();
  const [chosen, setChosen] = useState<readonly File[]>([]);
  const [sent, setSent] = useState<number>();
  const [failure, setFailure] = useState<ApiFailure>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const said = (name: string) => String(fields.get(name) ?? '').trim();
    setFailure(undefined);
    try {
      const labels = structureLines(said('labels'));
      const files = await adapterFiles(chosen);
      setSent(0);
      const { importAdapter } = await request('ImportAdapter', {
        input: {
          ...(await upload(files, setSent)),
          name: said('name'),
          base: said('base'),
          declaresBase: fields.get('declaresBase') !== null,
          ...(said('licence') === '' ? {} : { licence: said('licence') }),
          ...(said('from') === '' ? {} : { from: said('from') }),
          ...(labels.length === 0 ? {} : { labels }),
        },
      });
      failFromUserErrors(importAdapter.userErrors);
      if (importAdapter.job === null) throw new ApiFailure('INTERNAL', 'the API started no job');
      router.push(`/jobs/${encodeURIComponent(importAdapter.job.id)}`);
    } catch (error) {
      setFailure(toApiFailure(error));
      setSent(undefined);
    }
  };
  return (
    <Panel title="Import an adapter" testId="import-adapter">
      <form onSubmit={submit} className="flex flex-col gap-2 text-ink-soft text-xs">
        <p>
          In the layout of PEFT: <code className="font-mono">adapter_config.json</code>,{' '}
          <code className="font-mono">adapter_model.safetensors</code>, perhaps{' '}
          <code className="font-mono">README.md</code>.
        </p>
        <label className="flex flex-col gap-1">
          Its folder
          <input
            type="file"
            {...folderAttributes}
            data-testid="import-folder"
            onChange={(event) => setChosen([...(event.target.files ?? [])])}
            className="text-ink"
          />
        </label>
        <label className="flex flex-col gap-1">
          Or a zip of it, or the files themselves
          <input
            type="file"
            multiple
            data-testid="import-files"
            onChange={(event) => setChosen([...(event.target.files ?? [])])}
            className="text-ink"
          />
        </label>
        <p role="status" data-testid="import-chosen">
          {chosen.length > 0 &&
            `${plural(chosen.length, 'file')}, ${bytesText(chosen.reduce((sum, { size }) => sum + size, 0))}`}
        </p>
        <Words bases={bases} />
        {sent !== undefined && (
          <progress max={1} value={sent} aria-label="Upload of the adapter" className="h-1.5 w-full" />
        )}
        <button
          type="submit"
          data-testid="start-import"
          disabled={sent !== undefined}
          className="h-8 rounded bg-accent px-3 font-medium text-accent-ink text-sm disabled:opacity-50"
        >
          {sent === undefined ? 'Import' : sent < 1 ? `Sending ${percentText(sent)}` : 'Checking'}
        </button>
        {failure !== undefined && <FailureNotice failure={failure} />}
      </form>
    </Panel>
  );
}

/** What is said of the files, over what they say themselves. */
function Words({ bases }: { bases: readonly string[] }) {
  return (
    <>
      <label className="flex flex-col gap-1">
        Name of the task
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
          Licence
          <input name="licence" maxLength={100} placeholder="README.md’s" className={field} />
        </label>
        <label className="flex flex-col gap-1">
          Where it comes from
          <input name="from" maxLength={500} autoComplete="off" className={field} />
        </label>
      </div>
      <label className={bases.length > 1 ? 'flex flex-col gap-1' : 'sr-only'}>
        For the base
        <select name="base" className={field} tabIndex={bases.length > 1 ? 0 : -1}>
          {bases.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label className="flex min-h-6 items-start gap-2">
        <input type="checkbox" name="declaresBase" className="mt-0.5" />
        The files name no base: I say that it was trained on this one
      </label>
      <details>
        <summary>Structures, where the files name none</summary>
        <label className="mt-1 flex flex-col gap-1">
          One per line, in the order of the classes
          <textarea
            name="labels"
            rows={3}
            maxLength={20_000}
            placeholder={'spleen, 78961009 Spleen\nliver'}
            className="rounded border border-control-line bg-raised p-2 font-mono text-ink text-xs"
          />
        </label>
      </details>
    </>
  );
}

/** Progress counts bytes of all files. */
async function upload({ config, model, card }: AdapterFiles, onProgress: (fraction: number) => void) {
  const total = config.size + model.size + (card?.size ?? 0);
  let before = 0;
  const send = async (bytes: Blob): Promise<string> => {
    const id = await uploadBytes(bytes, 'ADAPTER', {
      onProgress: (fraction) => onProgress((before + fraction * bytes.size) / total),
    });
    before += bytes.size;
    onProgress(before / total);
    return id;
  };
  return {
    adapterConfig: await send(config),
    adapterModel: await send(model),
    ...(card === undefined || card.size === 0 ? {} : { card: await send(card) }),
  };
}
