import { describe, expect, it } from 'vitest';
import {
  ageBandText,
  bytesText,
  durationText,
  percentText,
  plural,
  spacingText,
  timeText,
  volumeText,
} from './quantities';

describe('quantities in words', () => {
  it('says an age band as a decade, the last one open', () => {
    expect(ageBandText(60)).toBe('60–\u206069\u00a0y');
    expect(ageBandText(90)).toBe('90+\u00a0y');
    expect(ageBandText(0)).toBe('0–\u20609\u00a0y');
    expect(ageBandText(null)).toBe('Age unknown');
  });

  it('says volumes with three figures', () => {
    expect([1480.4, 182.4, 4.212, 0.0351].map(volumeText)).toEqual([
      '1,480\u00a0mL',
      '182\u00a0mL',
      '4.21\u00a0mL',
      '0.0351\u00a0mL',
    ]);
  });

  it('says bytes in the unit that keeps three figures', () => {
    expect(bytesText(0)).toBe('0 B');
    expect(bytesText(1023)).toBe('1023 B');
    expect(bytesText(1536)).toBe('1.5 KiB');
    expect(bytesText(250 * 1024 ** 2)).toBe('250 MiB');
    expect(bytesText(5 * 1024 ** 4)).toBe('5120 GiB');
  });

  it('says durations from milliseconds to minutes', () => {
    expect(durationText(4.21)).toBe('4.2 ms');
    expect(durationText(250.4)).toBe('250 ms');
    expect(durationText(40_000)).toBe('40 s');
    expect(durationText(125_000)).toBe('2 min 5 s');
  });

  it('says spacing in millimetres with two digits', () => {
    expect(spacingText([0.703125, 0.703125, 1.25])).toBe('0.70 × 0.70 × 1.25 mm');
  });

  it('keeps a percentage between 0 and 100', () => {
    expect(percentText(0.354)).toBe('35 %');
    expect(percentText(1.2)).toBe('100 %');
    expect(percentText(-1)).toBe('0 %');
  });

  it('says a time to the minute and leaves what is no time as it is', () => {
    expect(timeText('2026-03-01T14:05:33.000')).toBe('2026-03-01 14:05');
    expect(timeText('soon')).toBe('soon');
  });

  it('counts in the singular and the plural', () => {
    expect(plural(1, 'case')).toBe('1 case');
    expect(plural(0, 'case')).toBe('0 cases');
    expect(plural(2, 'entry', 'entries')).toBe('2 entries');
  });
});
