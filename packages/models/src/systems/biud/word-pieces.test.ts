import { Tokenizer } from '@huggingface/tokenizers';
import { describe, expect, it } from 'vitest';
import { generatedVocabulary } from './train-text.js';
import { buildVocabulary, padId, tokenizerFiles, unknownId, WordPieces, wordsOf } from './word-pieces.js';

const vocabulary = generatedVocabulary(1);
const pieces = new WordPieces(vocabulary);
const textOf = (ids: ArrayLike<number>): string[] =>
  Array.from(ids)
    .filter((id) => id !== padId)
    .map((id) => vocabulary[id]!);

describe('the tokenizer of the text encoder', () => {
  it('lowers case, drops accents, keeps marks apart and reads every number as 0', () => {
    expect(wordsOf('Œdème: 12.5 mm, Pleural-Effusion')).toEqual([
      'œdeme',
      ':',
      '0',
      '.',
      '0',
      'mm',
      ',',
      'pleural',
      '-',
      'effusion',
    ]);
  });

  it('keeps known words whole and negation with them', () => {
    expect(textOf(pieces.encode('No pleural effusion.', 8))).toEqual(['no', 'pleural', 'effusion', '.']);
  });

  it('takes words never seen apart instead of giving them up', () => {
    const ids = pieces.encode('cardiopathy', 16);
    expect([...ids]).not.toContain(unknownId);
    expect(
      textOf(ids)
        .map((piece) => piece.replace('##', ''))
        .join(''),
    ).toBe('cardiopathy');
  });

  it('cuts at the given length and pads to it', () => {
    expect(pieces.encode('the heart is enlarged', 2)).toHaveLength(2);
    expect([...pieces.encode('heart', 4)].slice(1)).toEqual([0, 0, 0]);
  });

  it('reads an empty or foreign text as one unknown word', () => {
    expect([...pieces.encode('', 3)]).toEqual([unknownId, 0, 0]);
    expect([...pieces.encode('胸部', 3)]).toEqual([unknownId, 0, 0]);
  });

  it('refuses a vocabulary with duplicates or without its special tokens', () => {
    expect(() => new WordPieces(['a', 'b'])).toThrow(/begins with/);
    expect(() => new WordPieces([...buildVocabulary(['a']), 'a'])).toThrow(/once/);
  });

  it('gives the ids that Hugging Face gives from the files it writes', () => {
    const files = tokenizerFiles(vocabulary, 32);
    const theirs = new Tokenizer(
      JSON.parse(files.get('tokenizer.json')!),
      JSON.parse(files.get('tokenizer_config.json')!),
    );
    for (const sentence of [
      'No pleural effusion, pneumothorax or consolidation.',
      'A 12 x 9.3 mm nodule in the right upper lobe (unchanged).',
      'Naïve bronchiectasis; cardiothoracic_ratio 0.55, "sic".',
      'Xyzzy -- peribronchovascular interstitium?',
    ]) {
      const ours = [...pieces.encode(sentence, 64)].filter((id) => id !== padId);
      expect(theirs.encode(sentence).ids).toEqual(ours);
    }
  });
});
