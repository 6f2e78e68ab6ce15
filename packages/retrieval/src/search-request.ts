// What may be asked, checked once at the door. Not the schema of the API: ids here are the database's own.
import {
  AppError,
  type BodyPart,
  bodyParts,
  isUuid,
  type Modality,
  modalities,
  type Sex,
  sexes,
} from '@tomograph/kernel';

/** Which studies to look at: every condition that is given must hold, any value of a list will do. An empty list is not given. */
export interface SearchFilter {
  readonly modality?: readonly Modality[] | null | undefined;
  readonly bodyPart?: readonly BodyPart[] | null | undefined;
  readonly sex?: readonly Sex[] | null | undefined;
  /** Decades: 60 = 60–69 years. */
  readonly ageBand?: readonly number[] | null | undefined;
  /** First and last shifted day: `YYYY-MM-DD`, or midnight UTC of it. */
  readonly from?: string | Date | null | undefined;
  readonly to?: string | Date | null | undefined;
  /** Codes of findings: the reports affirm at least one of them. */
  readonly finding?: readonly string[] | null | undefined;
  readonly demo?: boolean | null | undefined;
}

/** One vector to ask with. It says which space made it, since vectors of two spaces can never be compared. */
export interface QueryVector {
  readonly spaceId: number;
  readonly width: number;
  readonly vector: Float32Array | readonly number[];
  /** Only vectors of the same part are compared (AP with AP); '' = with every part, in a space of meaning with whole studies. */
  readonly part: string;
  /** Asks the second stage, with the regions of the best studies of the first: one vector per sentence of a text. */
  readonly sentence?: { readonly text: string; readonly weight: number } | undefined;
}

/** At least one of text, vectors and studyId. */
export interface SearchRequest {
  readonly text?: string | null | undefined;
  readonly vectors?: readonly QueryVector[] | null | undefined;
  /** Cases like this one, itself left out. */
  readonly studyId?: string | null | undefined;
  readonly filter?: SearchFilter | null | undefined;
  /** Page size, 1–100; 20 when not given. */
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

export const maxPageSize = 100;
const defaultPageSize = 20;
const maxTextChars = 1000;
const maxVectors = 16;
const maxSentences = 32;
const maxListed = 200;

export interface CheckedRequest {
  readonly text: string | undefined;
  readonly vectors: readonly QueryVector[];
  readonly studyId: string | undefined;
  readonly filter: SearchFilter;
  readonly first: number;
  readonly after: string | undefined;
}

/** @throws AppError INVALID_ARGUMENT, LIMIT_EXCEEDED */
export function checkRequest(request: SearchRequest): CheckedRequest {
  // Postgres text holds no NUL
  const text = request.text?.replaceAll('\0', ' ').trim() || undefined;
  const vectors = request.vectors ?? [];
  const studyId = request.studyId ?? undefined;
  const first = request.first ?? defaultPageSize;
  if (text === undefined && vectors.length === 0 && studyId === undefined) {
    refuse('a search needs at least one of text, X-ray and case', 'input');
  }
  if (!Number.isInteger(first) || first < 1 || first > maxPageSize) {
    refuse(`first is ${first}: ask for 1 to ${maxPageSize}`, 'first');
  }
  if (studyId !== undefined && !isUuid(studyId)) refuse('the case to compare with has no valid id', 'case');
  checkLimit('characters of text', text?.length ?? 0, maxTextChars);
  const sentences = vectors.filter(({ sentence }) => sentence !== undefined);
  checkLimit('query vectors', vectors.length - sentences.length, maxVectors);
  checkLimit('query sentences', sentences.length, maxSentences);
  checkSentences(vectors, sentences);
  checkFilter(request.filter ?? {});
  return { text, vectors, studyId, filter: request.filter ?? {}, first, after: request.after ?? undefined };
}

/** The second stage has nothing to look at without a first one in the same space. */
function checkSentences(vectors: readonly QueryVector[], sentences: readonly QueryVector[]): void {
  for (const { spaceId, sentence } of sentences) {
    if (!vectors.some((vector) => vector.spaceId === spaceId && vector.sentence === undefined)) {
      refuse('sentences are asked together with a vector of the whole text in the same space', 'vectors');
    }
    if (!(sentence!.weight > 0 && sentence!.weight < Number.POSITIVE_INFINITY)) {
      refuse('the weight of a sentence is a positive number', 'vectors');
    }
  }
}

function checkFilter(filter: SearchFilter): void {
  checkListed('modality', filter.modality, (value) => modalities.includes(value));
  checkListed('bodyPart', filter.bodyPart, (value) => bodyParts.includes(value));
  checkListed('sex', filter.sex, (value) => sexes.includes(value));
  checkListed('ageBand', filter.ageBand, (band) => Number.isInteger(band) && band >= 0 && band <= 90);
  checkListed('finding', filter.finding, (code) => /^[\w.-]{1,80}$/.test(code));
  for (const name of ['from', 'to'] as const) {
    const day = filter[name];
    if (day != null && !isDay(day))
      refuse(`filter.${name} is not a day such as 2024-05-31`, `filter.${name}`);
  }
}

function checkListed<T>(name: string, values: readonly T[] | null | undefined, fits: (value: T) => boolean) {
  checkLimit(`values of filter.${name}`, values?.length ?? 0, maxListed);
  if (values?.some((value) => !fits(value))) {
    refuse(`filter.${name} holds a value that does not exist`, `filter.${name}`);
  }
}

function isDay(day: string | Date): boolean {
  if (day instanceof Date) return !Number.isNaN(day.getTime());
  const date = new Date(`${day}T00:00:00Z`);
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
  );
}

function checkLimit(what: string, got: number, allowed: number): void {
  if (got <= allowed) return;
  throw new AppError('LIMIT_EXCEEDED', {
    message: `${got} ${what}, at most ${allowed} are searched with: ask for less`,
    facts: { got, allowed },
  });
}

function refuse(message: string, argument: string): never {
  throw new AppError('INVALID_ARGUMENT', { message, facts: { argument } });
}
