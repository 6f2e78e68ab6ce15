// A heat map in the small: one square of cells per level of the body, from above. For a place without the volume.
import { cellsAlong, normalized, regionWords } from './heat-map';

/** @param cell the region that is marked */
export function HeatGrid({ values, cell }: { values: readonly number[]; cell: number }) {
  const along = cellsAlong(values);
  const heat = normalized(values);
  const levels = Array.from({ length: along }, (_, up) => along - 1 - up); // the head first
  const cellIndexes = Array.from({ length: along ** 2 }, (_, i) => i);
  const label = `Evidence by region, strongest ${regionWords(cell, along)}`;
  return (
    <span role="img" aria-label={label} title={label} className="inline-flex gap-1" data-testid="heat-grid">
      {levels.map((level) => (
        <span
          key={level}
          className="grid gap-px"
          style={{ gridTemplateColumns: `repeat(${along}, 0.5rem)`, gridAutoRows: '0.5rem' }}
        >
          {cellIndexes.map((index) => {
            const at = level * along ** 2 + index;
            return (
              <span
                key={index}
                className={`bg-present ${at === cell ? 'ring-1 ring-ink' : ''}`}
                style={{ opacity: 0.08 + 0.92 * heat[at]! }}
              />
            );
          })}
        </span>
      ))}
    </span>
  );
}
