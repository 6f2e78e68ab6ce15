'use client';
// The list of keys behind `?`, and the switch that turns single keys off.
import { useRef, useState } from 'react';
import { setSingleKeys, singleKeysOn, useSingleKeys } from './single-keys';

const groups: { title: string; keys: [string, string][] }[] = [
  {
    title: 'Everywhere',
    keys: [
      ['/', 'go to the search box'],
      ['?', 'this list'],
    ],
  },
  {
    title: 'Results',
    keys: [
      ['↓', 'from the search box into the results'],
      ['← ↑ → ↓', 'move between cases'],
      ['Enter', 'open the case'],
      ['w', 'why this case'],
    ],
  },
  {
    title: 'Viewer',
    keys: [
      ['1 – 5', 'soft tissue, lung, liver, bone, brain'],
      ['m a c s v', 'all planes, axial, coronal, sagittal, 3-D'],
      ['i', 'invert'],
      ['↑ ↓ / wheel', 'previous, next slice'],
      ['+ −', 'zoom'],
      ['Space', 'reset'],
    ],
  },
];

export function KeyHelp() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [on, setOn] = useState(true);
  const open = () => {
    setOn(singleKeysOn());
    dialog.current?.showModal();
  };
  useSingleKeys((event) => {
    if (event.key !== '?') return false;
    open();
    return true;
  });
  return (
    <>
      <button
        type="button"
        onClick={open}
        className="rounded px-2 py-1 text-ink-soft text-sm hover:bg-raised hover:text-ink"
      >
        Keys
      </button>
      <dialog
        ref={dialog}
        aria-labelledby="keys-title"
        className="m-auto w-full max-w-md rounded-lg border border-line bg-panel p-5 text-ink shadow-2xl backdrop:bg-black/60"
      >
        <h2 id="keys-title" className="font-semibold">
          Keys
        </h2>
        {groups.map((group) => (
          <section key={group.title} className="mt-3">
            <h3 className="text-2xs text-ink-soft uppercase tracking-wide">{group.title}</h3>
            <dl className="mt-1 grid grid-cols-[8rem_1fr] gap-y-1 text-sm">
              {group.keys.map(([key, meaning]) => (
                <div key={key} className="contents">
                  <dt className="font-mono text-accent">{key}</dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <label className="mt-4 flex items-center gap-2 text-sm">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={on}
            onChange={(event) => {
              setSingleKeys(event.target.checked);
              setOn(event.target.checked);
            }}
          />
          Single keys act without a modifier
        </label>
        <form method="dialog" className="mt-4 text-right">
          <button type="submit" className="rounded bg-accent px-3 py-1.5 font-medium text-accent-ink text-sm">
            Close
          </button>
        </form>
      </dialog>
    </>
  );
}
