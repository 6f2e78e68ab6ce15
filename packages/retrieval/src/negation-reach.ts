// How far a negation reaches in a sentence, for free words that no vocabulary knows ("no fracture"). A regular
// expression for Postgres (ARE, case-insensitive): what it matches is taken out before the words are looked for.
// Not for findings of the vocabulary: those carry their polarity from ingest (packages/kernel/src/text).

const clause = '[^.;:]';
// "no change in the mass" does not deny the mass
const pseudo =
  '(?!\\s+(significant |interval |appreciable |definite )*(change|increase|decrease|longer|only|further|substantially))';
const before =
  'no|not|without|nor|neither|never|absence of|negative for|free of|free from|denie[sd]|rules? out|ruled out';
const stop = '\\m(but|however|although|though|except|apart from|other than|with|shows?|there (is|are))\\M';
const seen =
  '(seen|observed|detected|identified|visuali[sz]ed|found|noted|present|demonstrated|evident|appreciated|shown|encountered|distinguished|monitored|recorded)';

/** From a negation to the end of its clause: "no …", "without …". */
const forward = `\\m(${before})\\M${pseudo}((?!${stop})${clause})*`;
/** From the start of the clause to a negation at its end: "… was not observed", "… is absent". */
const backward = `((?!\\m(but|however|although|though|except)\\M)${clause})*\\m((is|are|was|were|has|have|could|can)(n't| not| no longer)( been| be)? ${seen}|(not|never) ${seen}|(is|are|was|were) absent|(is|are|was|were) excluded)\\M`;

export const negationReach = `${backward}|${forward}`;
