// Is a finding in a sentence said to be there, not there, or perhaps? Scope rules in the manner of NegEx
// (Chapman et al., J Biomed Inform 2001), with cues of our own for radiology English, translated English included.
// Looks at one sentence; it does not know what the sentences before it said.
import type { Polarity } from './finding.js';
import { phrasePattern } from './phrase-pattern.js';

// Cues that look like negations and are none: the finding is there.
const notNegations = phrasePattern([
  'no change',
  'no significant change',
  'no interval change',
  'no significant interval change',
  'not significantly changed',
  'no increase',
  'no significant increase',
  'without change',
  'without significant change',
  'without interval change',
  'no decrease',
  'not changed',
  'no difference',
  'no significant difference',
  'not only',
  'no progression',
  'no regression',
  'not excluded',
  'cannot be excluded',
  'not be excluded',
  'not ruled out',
  'could not be excluded',
  'can not be excluded',
  'could not be evaluated',
  'cannot be evaluated',
  'could not be differentiated',
  'without contrast',
  'no contrast',
  'non contrast',
  'not optimal',
  'no longer than',
]);
const negatedAhead = phrasePattern([
  'no',
  'not',
  'without',
  'negative for',
  'free of',
  'clear of',
  'absence of',
  'absent',
  'denies',
  'never',
  'nor',
  'neither',
  'none of',
  'no evidence of',
  'rather than',
  'resolved',
  'resolution of',
  'ruled out',
  'no longer',
  'excluded',
  'instead of',
  'lack of',
  'devoid of',
]);
const negatedBehind = phrasePattern([
  'not observed',
  'not detected',
  'not seen',
  'not identified',
  'not visualized',
  'not present',
  'not found',
  'not noted',
  'not evident',
  'not demonstrated',
  'not appreciated',
  'not encountered',
  'not distinguished',
  'not monitored',
  'not watched',
  'not followed',
  'not selected',
  'not suspected',
  'not ~ observed',
  'not ~ detected',
  'not ~ seen',
  'is absent',
  'are absent',
  'absent',
  'unremarkable',
  'was ruled out',
  'is ruled out',
  'has resolved',
  'have resolved',
  'resolved',
  'excluded',
  'disappeared',
  'not available',
  'no longer ~ seen',
  'none',
  'regressed completely',
  'completely regressed',
  'completely resolved',
]);
const doubtAhead = phrasePattern([
  'possible',
  'possibly',
  'probable',
  'probably',
  'questionable',
  'suspicious for',
  'suspicious of',
  'suspicion of',
  'suspected',
  'suggest*',
  'suggestive of',
  'concerning for',
  'concern for',
  'may represent',
  'may be',
  'may reflect',
  'might represent',
  'might be',
  'could represent',
  'could be',
  'could reflect',
  'likely',
  'versus',
  'vs',
  'cannot exclude',
  'can not exclude',
  'cannot rule out',
  'rule out',
  'r/o',
  'evaluate for',
  'differential',
  'compatible with',
  'consistent with',
  'favor*',
  'presumed',
  'in favor of',
  'to exclude',
]);
const doubtBehind = phrasePattern([
  'cannot be excluded',
  'can not be excluded',
  'could not be excluded',
  'not excluded',
  'cannot be ruled out',
  'not ruled out',
  'is suspected',
  'are suspected',
  'is possible',
  'is questionable',
  'is likely',
  'should be considered',
  'is considered',
  'was considered',
  'in the differential',
  'differential diagnosis',
]);
/** A cue does not reach over these. */
const scopeEnd =
  /;|:|\.\s|\b(?:but|however|although|though|except|apart from|aside from|other than|besides|despite|which|who|whereas|while|yet|nevertheless|secondary to|due to|because|when examined|as well as a|there (?:is|are|was|were)|(?:is|are|was|were|has been|have been) (?:observed|seen|detected|noted|present|identified|followed|available|monitored|watched)(?=\W+(?:and|,)|$))\b/giu;

/** Words that a "no" can reach over; farther than this it speaks of something else. */
const maxReach = 30;

/** @param start,end the finding's words in `sentence` (characters) */
export function polarityOf(sentence: string, start: number, end: number): Polarity {
  const ahead = scopeBefore(sentence, start);
  const behind = scopeAfter(sentence, end);
  const inside = sentence.slice(start, end);
  const cleanAhead = ahead.replace(notNegations, ' ');
  const isNegated =
    (hasCue(cleanAhead, negatedAhead) && lastWords(cleanAhead, negatedAhead) <= maxReach) ||
    hasCue(behind.replace(notNegations, ' '), negatedBehind) ||
    hasCue(inside.replace(notNegations, ' '), negatedAhead);
  if (hasCue(behind, doubtBehind)) return 'UNCERTAIN';
  if (isNegated) return 'ABSENT';
  return hasCue(ahead, doubtAhead) || /\?\s*$/.test(sentence) ? 'UNCERTAIN' : 'PRESENT';
}

function hasCue(text: string, pattern: RegExp): boolean {
  return text.search(pattern) >= 0; // not test(): a global pattern would remember where it stopped
}

/** Words between the last cue and the finding. */
function lastWords(text: string, pattern: RegExp): number {
  const last = [...text.matchAll(pattern)].at(-1);
  if (!last) return Number.POSITIVE_INFINITY;
  return text
    .slice(last.index + last[0].length)
    .split(/\s+/)
    .filter(Boolean).length;
}

function scopeBefore(sentence: string, start: number): string {
  const before = sentence.slice(0, start);
  const last = [...before.matchAll(scopeEnd)].at(-1);
  return last ? before.slice(last.index + last[0].length) : before;
}

function scopeAfter(sentence: string, end: number): string {
  const after = sentence.slice(end);
  const first = after.search(scopeEnd);
  return first < 0 ? after : after.slice(0, first);
}
