// Report text without what could identify: dates, times, numbers that name people or records, names after titles,
// and every name the header knew. Patterns, not proof: a note says so.

const month = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*';
const rules: readonly (readonly [RegExp, string])[] = [
  [/\b[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}\b/g, '[address]'],
  [/\bhttps?:\/\/\S+/gi, '[address]'],
  [/\b\d{1,3}(?:\.\d+){4,}\b/g, '[number]'],
  [/\b(?:19|20)\d{2}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])\b/g, '[date]'],
  [/\b(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.](?:19|20)?\d{2}\b/g, '[date]'],
  [new RegExp(`\\b\\d{1,2}(?:st|nd|rd|th)?\\s+${month}\\.?,?\\s+(?:19|20)\\d{2}\\b`, 'gi'), '[date]'],
  [new RegExp(`\\b${month}\\.?\\s+\\d{1,2}(?:st|nd|rd|th)?,?\\s+(?:19|20)\\d{2}\\b`, 'gi'), '[date]'],
  [new RegExp(`\\b${month}\\.?,?\\s+(?:19|20)\\d{2}\\b`, 'gi'), '[date]'],
  [/\b(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?\s*(?:hours|hrs|[ap]\.?m\.?)?(?!\w)/gi, '[time]'],
  [/\+?\(?\d{2,4}\)?[ .-]\d{3,4}[ .-]\d{3,6}\b/g, '[number]'],
  [
    /^[ \t]*(?:patient(?:'s)?(?: name)?|name|surname|mrn|medical record(?: number)?|accession(?: number| no\.?)?|patient id|id|dob|date of birth|referring physician|referred by|physician|radiologist|signed(?: by)?|dictated by|reported by|address|phone|electronically signed by)[ \t]*[:#][^\n]*$/gim,
    '[removed]',
  ],
  [/\b(?:mrn|accession|patient id|record)\s*(?:no\.?|number|#|:)*\s*[A-Z]*\d[\w-]*/gi, '[number]'],
  [
    /\b(?:Drs?|Prof|Mr|Mrs|Ms|Doctor|Professor)\.?\s+\p{Lu}[\p{L}'-]+(?:\s+\p{Lu}[\p{L}'.-]*){0,2}/gu,
    '[name]',
  ],
  [
    /\b\p{Lu}[\p{L}'-]+(?:\s+\p{Lu}\.?)?\s+\p{Lu}[\p{L}'-]+,?\s+(?:M\.?D\.?|D\.?O\.?|FRCR|PhD)(?!\p{L})/gu,
    '[name]',
  ],
  [/(?<![\d.])\d{7,}\b/g, '[number]'],
  [/\b(?:9\d|1[0-2]\d)(?=[\s-]*(?:years?|yrs?|y\/?o\b|yo\b))/gi, '90+'],
];

/** @param known values of the header that must not appear (names, ids); parts of three letters and more count */
export function scrub(text: string, known: readonly string[] = []): string {
  let clean = text;
  for (const [pattern, replacement] of rules) clean = clean.replace(pattern, replacement);
  const parts = known.flatMap((value) => value.split(/[\^=\s,]+/)).filter((part) => part.length >= 3);
  for (const part of new Set(parts)) {
    const literal = part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    clean = clean.replace(new RegExp(`(?<![\\p{L}\\d])${literal}(?![\\p{L}\\d])`, 'giu'), '[name]');
  }
  return clean;
}
