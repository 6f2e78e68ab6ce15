import { describe, expect, it } from 'vitest';
import { mentionSpans, splitBySpans } from './text-spans';

const mention = (name: string, polarity: string, synonyms: string[] = []) => ({
  polarity,
  finding: { name, synonyms },
});

describe('splitBySpans', () => {
  it('cuts a sentence so that its parts add up to it again', () => {
    const text = 'No pleural effusion or pneumothorax.';
    const parts = splitBySpans(text, [
      { start: 23, end: 35, mark: 'b' },
      { start: 3, end: 19, mark: 'a' },
    ]);
    expect(parts.map((part) => part.text).join('')).toBe(text);
    expect(parts.filter((part) => part.mark !== undefined)).toEqual([
      { text: 'pleural effusion', mark: 'a' },
      { text: 'pneumothorax', mark: 'b' },
    ]);
  });

  it('drops spans that overlap, are empty, or leave the text', () => {
    const parts = splitBySpans('abcdef', [
      { start: 0, end: 3, mark: 1 },
      { start: 2, end: 5, mark: 2 },
      { start: 4, end: 4, mark: 3 },
      { start: 5, end: 99, mark: 4 },
      { start: -1, end: 2, mark: 5 },
    ]);
    expect(parts).toEqual([
      { text: 'abc', mark: 1 },
      { text: 'def', mark: undefined },
    ]);
  });

  it('leaves a sentence without spans whole', () => {
    expect(splitBySpans('abc', [])).toEqual([{ text: 'abc', mark: undefined }]);
    expect(splitBySpans('', [])).toEqual([]);
  });
});

describe('mentionSpans', () => {
  it('finds a finding by its name, whatever the case', () => {
    expect(mentionSpans('Pleural Effusion on the right.', [mention('pleural effusion', 'PRESENT')])).toEqual([
      { start: 0, end: 16, mark: 'PRESENT' },
    ]);
  });

  it('prefers the longest name and takes whole words only', () => {
    const found = mentionSpans('Micronodules, one lung nodule.', [
      mention('nodule', 'PRESENT', ['lung nodule']),
    ]);
    expect(found).toEqual([{ start: 18, end: 29, mark: 'PRESENT' }]);
  });

  it('does not mark one place twice', () => {
    const found = mentionSpans('No effusion.', [
      mention('effusion', 'ABSENT'),
      mention('effusion', 'PRESENT'),
    ]);
    expect(found).toHaveLength(1);
  });

  it('reads names as text, not as patterns', () => {
    expect(mentionSpans('a.b axb', [mention('a.b', 'PRESENT')])).toEqual([
      { start: 0, end: 3, mark: 'PRESENT' },
    ]);
    expect(mentionSpans('(', [mention('(', 'PRESENT'), mention('', 'PRESENT')])).toHaveLength(1);
  });
});
