// The structures of a segmentation with their volumes, shown or hidden one by one or all together.
import { plural, volumeText } from '../format/quantities';
import type { Segmentation } from './use-segmentations';

interface Props {
  readonly structures: Segmentation['structures'];
  readonly hidden: ReadonlySet<number>;
  readonly onHide: (hidden: ReadonlySet<number>) => void;
}

export function StructureList({ structures, hidden, onHide }: Props) {
  const toggle = (value: number) => {
    const next = new Set(hidden);
    if (!next.delete(value)) next.add(value);
    onHide(next);
  };
  const sorted = [...structures].sort((a, b) => b.volumeMl - a.volumeMl);
  return (
    <section aria-label="Structures" className="text-sm">
      <div className="flex items-baseline justify-between gap-2">
        <h3 className="font-medium text-xs">
          {plural(structures.length, 'structure')}, {structures.length - hidden.size} shown
        </h3>
        <div className="flex gap-1">
          <SmallButton name="Show all" onPress={() => onHide(new Set())} />
          <SmallButton
            name="Hide all"
            onPress={() => onHide(new Set(structures.map(({ value }) => value)))}
          />
        </div>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long list must scroll by key */}
      <ul className="mt-1 max-h-64 overflow-y-auto" tabIndex={0} aria-label="Structures and their volumes">
        {sorted.map(({ value, name, colour, volumeMl, snomed, task }) => (
          <li key={value} data-testid="structure" data-value={value}>
            <label
              className="flex min-h-7 items-center gap-2 rounded px-1 hover:bg-raised"
              title={snomed === null ? task : `${task} · SNOMED CT ${snomed.code} ${snomed.display}`}
            >
              <input
                type="checkbox"
                className="size-4 accent-accent"
                checked={!hidden.has(value)}
                onChange={() => toggle(value)}
              />
              <span
                aria-hidden="true"
                className="size-3 shrink-0 rounded-sm border border-control-line"
                style={{ background: colour }}
              />
              <span className="min-w-0 flex-1 truncate">{name.replaceAll('_', ' ')}</span>
              <span className="whitespace-nowrap text-ink-soft text-xs tabular-nums" data-testid="volume">
                {volumeText(volumeMl)}
              </span>
            </label>
          </li>
        ))}
      </ul>
    </section>
  );
}

function SmallButton({ name, onPress }: { name: string; onPress: () => void }) {
  return (
    <button
      type="button"
      onClick={onPress}
      className="min-h-6 rounded border border-control-line px-2 text-xs hover:bg-raised"
    >
      {name}
      <span className="sr-only"> structures</span>
    </button>
  );
}
