'use client';
// Erasing a case, for good. Asks once more and names the case; the answer that keeps it has the focus.
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { type ApiFailure, failFromUserErrors, toApiFailure } from '../graphql/api-failure';
import { request } from '../graphql/client';
import { FailureNotice } from '../shell/notices';

export function EraseCase({ id, label }: { id: string; label: string }) {
  const router = useRouter();
  const dialog = useRef<HTMLDialogElement>(null);
  const [isErasing, setIsErasing] = useState(false);
  const [failure, setFailure] = useState<ApiFailure>();
  const erase = async () => {
    setIsErasing(true);
    setFailure(undefined);
    try {
      const { eraseCase } = await request('EraseCase', { input: { case: id } });
      failFromUserErrors(eraseCase.userErrors);
      dialog.current?.close();
      router.push('/');
    } catch (error) {
      setFailure(toApiFailure(error));
      setIsErasing(false);
    }
  };
  return (
    <>
      <button
        type="button"
        data-testid="erase-case"
        onClick={() => dialog.current?.showModal()}
        className="rounded border border-danger/50 px-2.5 py-1 text-danger text-sm hover:bg-danger-wash"
      >
        Erase…
      </button>
      <dialog
        ref={dialog}
        aria-labelledby="erase-title"
        className="m-auto w-full max-w-md rounded-lg border border-line bg-panel p-5 text-ink shadow-2xl backdrop:bg-black/60"
      >
        <h2 id="erase-title" className="font-semibold">
          Erase case <span className="font-mono">{label}</span>?
        </h2>
        <p className="mt-2 text-sm">
          Its images, report, search entries and pictures are deleted for everyone. This cannot be undone.
        </p>
        {failure !== undefined && (
          <div className="mt-3">
            <FailureNotice failure={failure} />
          </div>
        )}
        <div className="mt-4 flex justify-end gap-2">
          <button
            type="button"
            // biome-ignore lint/a11y/noAutofocus: in a dialog that destroys, the harmless answer comes first
            autoFocus
            onClick={() => dialog.current?.close()}
            className="rounded border border-control-line px-3 py-1.5 text-sm hover:bg-raised"
          >
            Keep it
          </button>
          <button
            type="button"
            data-testid="erase-confirm"
            disabled={isErasing}
            onClick={erase}
            className="rounded border border-danger bg-danger-wash px-3 py-1.5 font-medium text-danger text-sm disabled:opacity-50"
          >
            {isErasing ? 'Erasing…' : `Erase ${label}`}
          </button>
        </div>
      </dialog>
    </>
  );
}
