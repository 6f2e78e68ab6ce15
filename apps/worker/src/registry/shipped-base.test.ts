import { describe, expect, it } from 'vitest';
import { readShippedBase, shippedBaseName } from './shipped-base.js';

describe('the base that is shipped', () => {
  it('is what its manifest says: weights, graph, canary and card', async () => {
    const { manifest, files, testSet } = await readShippedBase();
    expect(manifest.name).toBe(shippedBaseName);
    expect([...files.keys()].sort()).toEqual(['card', 'golden-input', 'graph', 'weights']);
    expect(new TextDecoder().decode(files.get('card'))).toContain('Research use only');
    expect(testSet).toBeDefined();
  });
});
