// The text encoder's own tokenizer: lower case, digits as 0, WordPiece over a small vocabulary. Written out in the layout
// of Hugging Face, where transformers.js gives the same ids. Not a general tokenizer: no special tokens round a text.
import { AppError } from '@tomograph/kernel';

export const padId = 0;
export const unknownId = 1;
export const maskId = 2;
const special = ['[PAD]', '[UNK]', '[MASK]'] as const;
const maxWordChars = 40;
/** Longer text is cut before anything is computed. */
const maxSentenceChars = 2000;

const punctuation = /[\p{P}\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007e]/gu;

/** Lower-case words and single punctuation marks, as BERT's normaliser and pre-tokenizer cut them. */
export function wordsOf(text: string): string[] {
  return text
    .slice(0, maxSentenceChars)
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[0-9]+/g, '0')
    .replace(punctuation, ' $& ')
    .split(/\s+/)
    .filter((word) => word !== '');
}

/**
 * Vocabulary of a corpus: its words, the beginnings and endings that several words share, and single characters, so
 * that words never seen fall into pieces and not into [UNK].
 */
export function buildVocabulary(sentences: readonly string[], minShared = 3): string[] {
  const words = new Set<string>();
  for (const sentence of sentences) for (const word of wordsOf(sentence)) words.add(word);
  const shared = new Map<string, number>();
  const count = (piece: string): unknown => shared.set(piece, (shared.get(piece) ?? 0) + 1);
  for (const word of words) {
    for (let n = 2; n <= Math.min(7, word.length - 1); n++) {
      if (n >= 3) count(word.slice(0, n));
      count(`##${word.slice(-n)}`);
    }
  }
  const pieces = [...shared].flatMap(([piece, n]) => (n >= minShared ? [piece] : []));
  const characters = [...'abcdefghijklmnopqrstuvwxyz0'].flatMap((c) => [c, `##${c}`]);
  const marks = [...'!"#%&\'()*+,-./:;<=>?[]_'];
  const all = new Set([...words, ...pieces, ...characters, ...marks]);
  return [...special, ...[...all].sort()];
}

export class WordPieces {
  private readonly ids: ReadonlyMap<string, number>;

  /** @throws AppError INVALID_ARGUMENT for a vocabulary without the special tokens at its head, or with duplicates */
  constructor(readonly vocabulary: readonly string[]) {
    this.ids = new Map(vocabulary.map((piece, id) => [piece, id]));
    if (special.some((token, id) => vocabulary[id] !== token) || this.ids.size !== vocabulary.length) {
      throw new AppError('INVALID_ARGUMENT', {
        message: `a vocabulary begins with ${special.join(', ')} and holds every piece once`,
      });
    }
  }

  /** Ids of a sentence, at most `length`, padded with 0 to it; where there is no word, one [UNK] stands. */
  encode(sentence: string, length: number): Int32Array {
    const out = new Int32Array(length);
    let at = 0;
    for (const word of wordsOf(sentence)) {
      if (at >= length) break;
      for (const id of this.pieces(word)) if (at < length) out[at++] = id;
    }
    if (at === 0) out[0] = unknownId;
    return out;
  }

  /** Greedy longest match from the left; a word that does not come apart is one [UNK]. */
  pieces(word: string): readonly number[] {
    if (word.length > maxWordChars) return [unknownId];
    const out: number[] = [];
    for (let start = 0; start < word.length; ) {
      let end = word.length;
      let id: number | undefined;
      for (; end > start; end--) {
        id = this.ids.get((start > 0 ? '##' : '') + word.slice(start, end));
        if (id !== undefined) break;
      }
      if (id === undefined) return [unknownId];
      out.push(id);
      start = end;
    }
    return out;
  }
}

/** tokenizer.json and tokenizer_config.json: Hugging Face's own description of the same tokenizer. */
export function tokenizerFiles(vocabulary: readonly string[], length: number): ReadonlyMap<string, string> {
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        {
          type: 'BertNormalizer',
          clean_text: true,
          handle_chinese_chars: false,
          strip_accents: true,
          lowercase: true,
        },
        { type: 'Replace', pattern: { Regex: '[0-9]+' }, content: '0' },
      ],
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: maxWordChars,
      vocab: Object.fromEntries(vocabulary.map((piece, id) => [piece, id])),
    },
  };
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    model_max_length: length,
    pad_token: '[PAD]',
    unk_token: '[UNK]',
    mask_token: '[MASK]',
    padding_side: 'right',
    model_input_names: ['input_ids'],
  };
  return new Map([
    ['tokenizer.json', `${JSON.stringify(tokenizer)}\n`],
    ['tokenizer_config.json', `${JSON.stringify(config, null, 1)}\n`],
  ]);
}
