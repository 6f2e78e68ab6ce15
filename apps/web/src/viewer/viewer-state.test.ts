import { describe, expect, it } from 'vitest';
import { parseViewer, withViewer } from './viewer-state';

describe('the viewer in the address', () => {
  it('comes back from the address as it went in', () => {
    const state = {
      series: 'U2VyaWVzOjE=',
      window: 'lung',
      layout: 'coronal',
      isInverted: true,
      at: [12, 0, 345],
    } as const;
    expect(parseViewer(withViewer(new URLSearchParams(), state))).toEqual(state);
  });

  it('leaves the defaults out and other parameters alone', () => {
    const before = new URLSearchParams('sentence=s1&view=axial&invert=1&at=1-2-3&window=bone');
    const after = withViewer(before, { layout: 'mpr', isInverted: false, at: undefined, window: undefined });
    expect(after.toString()).toBe('sentence=s1');
    expect(before.get('view')).toBe('axial');
  });

  it('changes only what it is told to', () => {
    const after = withViewer(new URLSearchParams('window=bone&at=1-2-3'), { isInverted: true });
    expect(parseViewer(after)).toMatchObject({ window: 'bone', at: [1, 2, 3], isInverted: true });
  });

  it('takes no layout or place that it does not know', () => {
    const state = parseViewer(new URLSearchParams('view=fisheye&at=1--2&invert=yes'));
    expect(state).toMatchObject({ layout: 'mpr', at: undefined, isInverted: false });
    expect(parseViewer(new URLSearchParams('at=1-2-999999')).at).toBeUndefined();
  });
});
