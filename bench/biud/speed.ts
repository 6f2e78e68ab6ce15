// Embeddings per second of the shipped encoders, one thread, batch of one; cutting the CT's cells included.
import type { Biud } from '@tomograph/models';
import { render } from '@tomograph/phantom';
import type { Table } from '../evaluation.js';
import type { PoolItem } from './phantom-pool.js';

export async function speed(biud: Biud, items: readonly PoolItem[]): Promise<Table> {
  const { volume } = render(1, { spacingMm: 4, fov: 'chest' });
  const sentences = items.flatMap(({ report }) => report.split('. '));
  let next = 0;
  const perSecond = async (times: number, work: () => Promise<unknown>): Promise<string> => {
    const start = performance.now();
    for (let i = 0; i < times; i++) await work();
    return (times / ((performance.now() - start) / 1000)).toFixed(1);
  };
  return {
    title: 'Speed (one thread, the machine shared)',
    columns: ['', 'per second'],
    rows: [
      [
        `CT of ${volume.size.join(' × ')} to study and 27 regions`,
        await perSecond(20, () => biud.ct(volume)),
      ],
      [
        'the encoder alone, cells ready',
        await perSecond(20, () => biud.cells(items[next++ % items.length]!)),
      ],
      ['film of 64 × 64', await perSecond(50, () => biud.filmPixels(items[next++ % items.length]!.film))],
      [
        'sentence',
        await perSecond(200, () =>
          biud.reader.sentences([`${next++} ${sentences[next % sentences.length]}`]),
        ),
      ],
    ],
  };
}
