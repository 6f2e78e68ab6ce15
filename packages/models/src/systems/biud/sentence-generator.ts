// Sentences and small reports with known facts, drawn from phrases.ts: the text encoder's training set. Pure in its random
// stream. Not a report writer for people: see draft-report.ts.
import type { Random } from '@tomograph/kernel';
import { normalSentences } from './other-phrases.js';
import { biudFindings, type FindingWords, otherFindings } from './phrases.js';

export type WrittenSide = 'left' | 'right' | 'bilateral';

export interface Fact {
  readonly code: string;
  readonly isPresent: boolean;
  readonly side?: WrittenSide;
}

/** Facts of one sentence; none where it says nothing of any finding. */
export type Facts = readonly Fact[];

const lobes: Readonly<Record<'left' | 'right', readonly string[]>> = {
  left: [
    'left upper lobe',
    'left lower lobe',
    'upper lobe of the left lung',
    'left lung base',
    'lingula',
    'lower lobe of the left lung',
  ],
  right: [
    'right upper lobe',
    'right middle lobe',
    'right lower lobe',
    'middle lobe',
    'right lung base',
    'upper lobe of the right lung',
  ],
};
const bothLungs = [
  'both lungs',
  'both lower lobes',
  'both upper lobes',
  'the bilateral lung bases',
  'bilateral lungs',
];
const degrees = [
  'mild',
  'slight',
  'moderate',
  'severe',
  'marked',
  'minimal',
  'small',
  'large',
  'extensive',
  'subtle',
];

const affirmed = [
  'There is {deg}{noun}{where}',
  '{Deg}{noun}{where}',
  '{Noun}{where}',
  '{Noun} is seen{where}',
  '{Noun} is present{where}',
  '{Noun} was observed{where}',
  '{Noun} is noted{where}',
  'Findings consistent with {deg}{noun}{where}',
  'Stable {noun}{where}',
  'New {noun}{where}',
  '{Deg}{noun}{where}, unchanged from the prior study',
  'Interval increase of {noun}{where}',
  'Appearance in keeping with {noun}{where}',
  '{Noun}{where} is again demonstrated',
] as const;
const denied = [
  'No {noun}',
  'No evidence of {noun}',
  'There is no {noun}',
  'There is no evidence of {noun}',
  'No {noun} is seen',
  'No {noun} is identified',
  '{Noun} is not seen',
  '{Noun} was not observed',
  '{Noun} was not detected',
  'No {noun} was detected',
  'Negative for {noun}',
  'No sign of {noun}',
  'Without {noun}',
  'No definite {noun}',
  '{Noun} is absent',
  'Resolved {noun}, no longer visible',
] as const;
const deniedLists = [
  'No {list}',
  'There is no {list}',
  'No evidence of {list}',
  'No {list} is seen',
  'Negative for {list}',
  'Without {list}',
] as const;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function whereOf(words: FindingWords, fact: Fact, random: Random): string {
  if (fact.side === undefined) return '';
  if (words.place === 'side') {
    if (fact.side === 'bilateral') return random.pick([' on both sides', ' bilaterally', ', bilateral']);
    return random.pick([
      ` on the ${fact.side}`,
      `, ${fact.side}`,
      ` on the ${fact.side} side`,
      ` of the ${fact.side}`,
    ]);
  }
  if (fact.side === 'bilateral') return ` in ${random.pick(bothLungs)}`;
  return random.pick([' in the ', ' of the ', ' at the ']) + random.pick(lobes[fact.side]);
}

function fill(template: string, noun: string, where: string, random: Random): string {
  const degree = random.chance(0.5) ? `${random.pick(degrees)} ` : '';
  const text = template
    .replaceAll('{noun}', noun)
    .replaceAll('{Noun}', capital(noun))
    .replaceAll('{deg}', degree)
    .replaceAll('{Deg}', degree)
    .replaceAll('{where}', where);
  return capital(text);
}

const wordsByCode = new Map([...biudFindings, ...otherFindings].map((words) => [words.code, words]));

/** One sentence that states exactly these facts (all present or all absent; absent facts may be several). */
export function writeSentence(facts: Facts, random: Random): string {
  const [first] = facts;
  if (first === undefined) return `${random.pick(normalSentences)}.`;
  const words = wordsByCode.get(first.code)!;
  if (facts.length > 1) return `${writeList(facts, random)}.`;
  const noun = random.pick(words.nouns);
  if (!first.isPresent) {
    const whole = words.absent ?? [];
    if (whole.length > 0 && random.chance(0.35)) return `${random.pick(whole)}.`;
    return `${fill(random.pick(denied), noun, '', random)}.`;
  }
  const where = whereOf(words, first, random);
  const whole = words.present ?? [];
  const usable = where === '' ? whole : whole.filter((text) => text.includes('{where}'));
  if (usable.length > 0 && random.chance(0.4)) return `${fill(random.pick(usable), noun, where, random)}.`;
  const sided = first.side !== undefined && words.place === 'side' && random.chance(0.5);
  const named = sided ? `${first.side} ${noun}` : noun;
  return `${fill(random.pick(affirmed), named, sided ? '' : where, random)}.`;
}

function writeList(facts: Facts, random: Random): string {
  const nouns = facts.map(({ code }) => random.pick(wordsByCode.get(code)!.nouns));
  const last = nouns.pop()!;
  const joined = `${nouns.join(', ')} ${facts[0]!.isPresent ? 'and' : 'or'} ${last}`;
  if (!facts[0]!.isPresent) return random.pick(deniedLists).replace('{list}', joined);
  return capital(
    random
      .pick(['There is {list}', '{list}', '{list} are seen', 'Findings of {list}'])
      .replace('{list}', joined),
  );
}

const codes = [...biudFindings, ...otherFindings].map(({ code }) => code);
const sides: readonly WrittenSide[] = ['left', 'right', 'bilateral'];

/** Facts of `sentences` sentences: none to four affirmed findings, the rest ruled out or silent. */
export function drawReportFacts(random: Random, sentences: number): Facts[] {
  const order = random.shuffle(codes);
  const affirmedCount = random.chance(0.3) ? 0 : 1 + random.int(Math.min(4, sentences - 1));
  const out: Facts[] = [];
  const fact = (isPresent: boolean): Fact => {
    const code = order.pop()!;
    const { place } = wordsByCode.get(code)!;
    const hasSide = isPresent && place !== 'none' && random.chance(0.75);
    return { code, isPresent, ...(hasSide ? { side: random.pick(sides) } : {}) };
  };
  for (let i = 0; i < affirmedCount; i++) {
    const two = random.chance(0.12);
    const one = fact(true);
    out.push(two ? [one, fact(true)].map(({ code }) => ({ code, isPresent: true })) : [one]);
  }
  while (out.length < sentences) {
    if (random.chance(0.2)) out.push([]);
    else if (random.chance(0.25))
      out.push([fact(false), fact(false), ...(random.chance(0.5) ? [fact(false)] : [])]);
    else out.push([fact(false)]);
  }
  return random.shuffle(out);
}

/** Overlap of two sets of facts, 0…1: equal facts count 1, equal but for the side ½. Two empty sets are the same. */
export function factOverlap(a: Facts, b: Facts): number {
  if (a.length === 0 && b.length === 0) return 1;
  let shared = 0;
  for (const one of a) {
    const other = b.find(({ code, isPresent }) => code === one.code && isPresent === one.isPresent);
    if (other !== undefined) shared += one.side === other.side ? 1 : 0.5;
  }
  return shared / (a.length + b.length - shared);
}

/** What a report affirms: the facts that retrieval is about. */
export const affirmedFacts = (sentences: readonly Facts[]): Facts =>
  sentences.flatMap((facts) => facts.filter(({ isPresent }) => isPresent));

/** A generated sentence with every finding named by several nouns: words that entity-focused masking covers. */
export const entityWords: ReadonlySet<string> = new Set(
  [...biudFindings, ...otherFindings].flatMap(({ nouns }) =>
    nouns.flatMap((noun) =>
      noun
        .toLowerCase()
        .split(/[^a-z]+/)
        .filter((word) => word.length > 3),
    ),
  ),
);
