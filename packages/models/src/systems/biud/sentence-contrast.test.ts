import { describe, expect, it } from 'vitest';
import { Graph } from '../../graph/graph.js';
import { f32, floats } from '../../graph/tensor-data.js';
import { Session } from '../../runtime/session.js';
import {
  contrastFeeds,
  contrastLoss,
  type SentenceContrast,
  sentenceContrasts,
} from './sentence-contrast.js';
import type { TextReader } from './text-reader.js';

/** Reads a sentence as its first letter: what denies lies at [0, 1], what affirms at [1, 0]. */
const reader = {
  sentences: async (texts: readonly string[]) =>
    texts.map((text) => ({
      text,
      weight: 1,
      vector: Float32Array.from(
        /^no |no evidence|not|normal|without|clear|unremarkable/i.test(text) ? [0, 1] : [1, 0],
      ),
    })),
} as unknown as TextReader;
const contrastsOf = async (...texts: string[]) => sentenceContrasts(reader, await reader.sentences(texts));

describe('what separates a true sentence from a false one', () => {
  it('points from denied to affirmed, whichever of the two was written', async () => {
    const [affirmed, denied] = await contrastsOf('Pleural effusion on the left.', 'No pleural effusion.');
    expect(affirmed!.isPresent).toBe(true);
    expect(denied!.isPresent).toBe(false);
    for (const { direction } of [affirmed!, denied!]) {
      expect(direction[0]).toBeGreaterThan(0);
      expect(direction[1]).toBeLessThan(0);
    }
  });

  it('is nothing for sentences without a known finding or of both polarities', async () => {
    expect(await contrastsOf('The patient was scanned twice.')).toEqual([]);
    expect(await contrastsOf('Pleural effusion, but no consolidation.')).toEqual([]);
  });

  it('gives what is affirmed and what is denied half the weight each, however many there are', () => {
    const of = (isPresent: boolean): SentenceContrast => ({ direction: Float32Array.of(1, 0), isPresent });
    const { signs, directions } = contrastFeeds([[of(true)], [of(false), of(false), of(false)]], 3, 2);
    expect([...signs]).toEqual([0.5, 0, 0, ...[0, 0, 0].map(() => Math.fround(-0.5 / 3))]);
    expect(directions).toHaveLength(2 * 3 * 2);
  });

  it('costs less where the patient lies on the side that was written', async () => {
    const lossOf = async (first: number): Promise<number> => {
      const graph = new Graph('contrast');
      const whole = graph.input('whole', 'f32', [1, 2]);
      const regions = graph.input('regions', 'f32', [1, 2, 2]);
      const loss = contrastLoss(
        whole,
        regions,
        graph.input('d', 'f32', [1, 2]),
        graph.input('s', 'f32', [1, 1]),
        0.2,
      );
      graph.output('loss', loss);
      const session = await Session.load(graph.encode());
      const out = await session.run({
        whole: f32([first, 0], [1, 2]),
        regions: f32([first, 0, -1, 0], [1, 2, 2]),
        d: f32([1, -1], [1, 2]),
        s: f32([1], [1, 1]),
      });
      await session.dispose();
      return floats(out, 'loss')[0]!;
    };
    expect(await lossOf(1)).toBeLessThan(0.05);
    expect(await lossOf(-1)).toBeGreaterThan(1);
  });
});
