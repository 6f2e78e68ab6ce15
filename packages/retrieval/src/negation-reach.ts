// How far a negation reaches in a sentence, for free words that no vocabulary knows ("no fracture"): regular
// expressions for Postgres (ARE, case-insensitive), applied by sql/affirmed-words.sql in this order, each linear.
// Not for findings of the vocabulary: those carry their polarity from ingest (packages/kernel/src/text).

const seen =
  '(seen|observed|detected|identified|visuali[sz]ed|found|noted|present|demonstrated|evident|appreciated|shown|encountered|distinguished|monitored|recorded)';
// "no change in the mass" does not deny the mass
const unchanged =
  '(?!\\s+(significant |interval |appreciable |definite )*(change|increase|decrease|longer|only|further|substantially))';

export const negationReach = {
  /** Where one clause ends and nothing reaches over. */
  clauseEnd: '[.;:]|\\m(but|however|although|though|except)\\M',
  /** A clause that denies all it names: "… was not observed", "… is absent". */
  deniesClause: `\\m((is|are|was|were|has|have|could|can)(n't| not| no longer)( been| be)? ${seen}|(not|never) ${seen}|(is|are|was|were) (absent|excluded))\\M`,
  /** Where a "no" ahead stops reaching within a clause. */
  reachEnd: '\\m(apart from|other than|with|shows?|there (is|are|was|were))\\M',
  /** From a negation to the end of its reach: "no …", "without …". */
  deniesAhead: `\\m(no|not|without|nor|neither|never|absence of|negative for|free of|free from|denie[sd]|rules? out|ruled out)\\M${unchanged}.*$`,
};

/** The values of $15–$18 of sql/rank-text.sql. */
export const negationValues: readonly string[] = [
  negationReach.clauseEnd,
  negationReach.deniesClause,
  negationReach.reachEnd,
  negationReach.deniesAhead,
];
