// What zero-shot is asked with, checked: findings by code, name or synonym become codes, prompts stay within caps.
import { AppError, type FindingEntry, findFindings, findingVocabulary } from '@tomograph/kernel';
import type { Prompts } from '@tomograph/models';

export const maxFindingsAsked = 60;
export const maxPromptPairs = 10;
/** On each side of a pair. */
export const maxPrompts = 10;
export const maxPromptChars = 300;

/** Prompts of the caller; `absent` is made from `present` where it is not given. */
export interface AskedPrompts {
  readonly present: readonly string[];
  readonly absent?: readonly string[] | undefined;
}

/** @throws AppError LIMIT_EXCEEDED, INVALID_ARGUMENT with suggestions for a finding that the vocabulary does not know */
export function codesOf(findings: readonly string[]): string[] {
  refuseMore('findings', findings.length, maxFindingsAsked);
  return [...new Set(findings.map(codeOf))];
}

function codeOf(asked: string): string {
  const text = asked.trim();
  refuseMore('characters of a finding', text.length, maxPromptChars);
  const code = text.toUpperCase().replaceAll(/[\s-]+/g, '_');
  const entry = findingVocabulary.find((one) => one.code === code || one.name === text.toLowerCase());
  if (entry !== undefined) return entry.code;
  const [mention] = findFindings(text);
  if (mention !== undefined) return mention.code;
  const suggestions = closest(text.toLowerCase()).map((one) => one.code);
  throw new AppError('INVALID_ARGUMENT', {
    message: `the vocabulary has no finding of this name: did you mean ${suggestions.join(', ')}? Query "findings" lists all; other wording goes into prompts`,
    facts: { argument: 'findings', suggestions },
  });
}

/** Three whose code or name shares most pairs of letters with the text. */
function closest(text: string): FindingEntry[] {
  const wanted = pairs(text);
  const likeness = ({ name, code }: FindingEntry): number => Math.max(share(name), share(code.toLowerCase()));
  const share = (word: string): number => {
    const own = pairs(word);
    const both = [...own].filter((pair) => wanted.has(pair)).length;
    return (2 * both) / (own.size + wanted.size || 1);
  };
  const ranked = findingVocabulary.map((entry) => ({ entry, score: likeness(entry) }));
  ranked.sort((a, b) => b.score - a.score || (a.entry.code < b.entry.code ? -1 : 1));
  return ranked.slice(0, 3).map(({ entry }) => entry);
}

const pairs = (text: string): Set<string> =>
  new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, i) => text.slice(i, i + 2)));

/** @throws AppError LIMIT_EXCEEDED, INVALID_ARGUMENT */
export function promptsOf(asked: readonly AskedPrompts[]): Prompts[] {
  refuseMore('pairs of prompts', asked.length, maxPromptPairs);
  return asked.map(({ present, absent }) => {
    const affirming = cleaned(present);
    if (affirming.length === 0) {
      throw new AppError('INVALID_ARGUMENT', {
        message: 'a pair of prompts needs at least one text that affirms, such as "there is a rib fracture"',
        facts: { argument: 'prompts' },
      });
    }
    const denying = cleaned(absent ?? []);
    return { present: affirming, absent: denying.length > 0 ? denying : affirming.map(denied) };
  });
}

function cleaned(texts: readonly string[]): string[] {
  refuseMore('prompts on one side of a pair', texts.length, maxPrompts);
  for (const text of texts) refuseMore('characters of a prompt', text.length, maxPromptChars);
  return texts.map((text) => text.trim()).filter((text) => text !== '');
}

/** "There is a fracture." -> "There is no fracture."; a phrase gets a "No" in front of it. */
function denied(text: string): string {
  const stated = /^(there (?:is|are))\s+(?:an?\s+)?(.*)$/i.exec(text);
  if (stated) return `${stated[1]} no ${stated[2]}`;
  return `No ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

function refuseMore(what: string, got: number, allowed: number): void {
  if (got <= allowed) return;
  throw new AppError('LIMIT_EXCEEDED', {
    message: `${got} ${what}, at most ${allowed} are taken: ask for less at once`,
    facts: { got, allowed },
  });
}
