// A base with what its tasks add, over the same base with a decoder per task.
import { type Growth, growthText } from './growth';

export function GrowthBar({ growth }: { growth: Growth }) {
  const { tasks, addedPercent, decoderPercent, fullPercent } = growth;
  const rows = [
    {
      name: 'Adapters and heads',
      total: addedPercent,
      part: (n: number) => tasks[n]!.addedPercent,
      tone: 'bg-accent',
    },
    ...(decoderPercent === null
      ? []
      : [
          {
            name: 'A decoder per task',
            total: decoderPercent,
            part: (n: number) => tasks[n]!.decoderPercent,
            tone: 'bg-present',
          },
        ]),
  ];
  return (
    <figure data-testid="growth" className="text-xs">
      <figcaption className="text-ink-soft">
        Growth of the base by {tasks.length === 1 ? 'its task' : `its ${tasks.length} tasks`}
      </figcaption>
      <ul className="mt-1 flex flex-col gap-1">
        {rows.map((row) => (
          <li
            key={row.name}
            className="grid grid-cols-[8.5rem_1fr_4rem] items-center gap-2 max-sm:grid-cols-[7.5rem_1fr_3.5rem]"
          >
            <span>{row.name}</span>
            <span className="flex h-3 overflow-hidden rounded-sm bg-raised" aria-hidden="true">
              <span className="bg-control-line" style={{ width: `${10_000 / fullPercent}%` }} />
              {tasks.map((task, n) => (
                <span
                  key={task.name}
                  title={`${task.name}: ${growthText(row.part(n) ?? 0)}`}
                  className={`border-panel border-l ${row.tone}`}
                  style={{ width: `${(100 * (row.part(n) ?? 0)) / fullPercent}%` }}
                />
              ))}
            </span>
            <span className="text-right tabular-nums">+{growthText(row.total)}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
