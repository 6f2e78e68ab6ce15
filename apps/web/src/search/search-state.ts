// A search as it stands in the address bar, and back. The URL holds what was asked, never what was found; an X-ray is
// there as an upload id, a case as its opaque id.
import type { BodyPart, CaseFilter, Modality, SearchInput, Sex } from '../graphql/generated/types';

export const modalityChoices = ['CT', 'CR', 'DX', 'MR', 'PT', 'OTHER'] as const satisfies readonly Modality[];
export const bodyPartChoices = [
  'HEAD',
  'NECK',
  'CHEST',
  'ABDOMEN',
  'PELVIS',
  'CHEST_ABDOMEN',
  'ABDOMEN_PELVIS',
  'WHOLE_BODY',
  'LIMB',
  'UNKNOWN',
] as const satisfies readonly BodyPart[];
export const sexChoices = ['FEMALE', 'MALE', 'OTHER', 'UNKNOWN'] as const satisfies readonly Sex[];
export const ageBandChoices = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90] as const;

export interface SearchState {
  readonly text: string;
  /** Upload id of a query X-ray. */
  readonly xray: string | undefined;
  /** Id of a case whose look is searched for. */
  readonly case: string | undefined;
  readonly modality: readonly Modality[];
  readonly bodyPart: readonly BodyPart[];
  readonly sex: readonly Sex[];
  readonly ageBand: readonly number[];
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Finding codes; a case has them all. */
  readonly finding: readonly string[];
  /** True: demo cases alone, false: none of them. */
  readonly demo: boolean | undefined;
  /** Cursors of the pages walked to get here; the last one is this page's `after`. */
  readonly trail: readonly string[];
}

export const emptySearch: SearchState = {
  text: '',
  xray: undefined,
  case: undefined,
  modality: [],
  bodyPart: [],
  sex: [],
  ageBand: [],
  from: undefined,
  to: undefined,
  finding: [],
  demo: undefined,
  trail: [],
};

const maxTextLength = 500;
const idPattern = /^[\w=:+/.-]{1,200}$/;

/** Unknown values are dropped, not passed on: a link from elsewhere may hold anything. */
export function parseSearch(params: URLSearchParams): SearchState {
  const oneOf = <T extends string>(name: string, choices: readonly T[]) =>
    choices.filter((choice) => params.getAll(name).includes(choice));
  return {
    text: (params.get('q') ?? '').slice(0, maxTextLength),
    xray: id(params.get('xray')),
    case: id(params.get('like')),
    modality: oneOf('modality', modalityChoices),
    bodyPart: oneOf('part', bodyPartChoices),
    sex: oneOf('sex', sexChoices),
    ageBand: ageBandChoices.filter((band) => params.getAll('age').includes(String(band))),
    from: day(params.get('from')),
    to: day(params.get('to')),
    finding: [...new Set(params.getAll('finding'))].filter((code) => idPattern.test(code)).slice(0, 20),
    demo: demoOf(params.get('demo')),
    trail: params.getAll('after').filter((cursor) => cursor.length > 0 && cursor.length <= 500),
  };
}

/** Always in the same order, so that equal searches have equal addresses. Empty for the empty search. */
export function searchQuery(state: SearchState): string {
  const params = new URLSearchParams();
  if (state.text !== '') params.set('q', state.text);
  if (state.xray !== undefined) params.set('xray', state.xray);
  if (state.case !== undefined) params.set('like', state.case);
  for (const value of state.modality) params.append('modality', value);
  for (const value of state.bodyPart) params.append('part', value);
  for (const value of state.sex) params.append('sex', value);
  for (const value of state.ageBand) params.append('age', String(value));
  if (state.from !== undefined) params.set('from', state.from);
  if (state.to !== undefined) params.set('to', state.to);
  for (const value of state.finding) params.append('finding', value);
  if (state.demo !== undefined) params.set('demo', state.demo ? 'only' : 'none');
  for (const cursor of state.trail) params.append('after', cursor);
  return params.toString();
}

export function searchHref(state: SearchState): string {
  const query = searchQuery(state);
  return query === '' ? '/' : `/?${query}`;
}

/** A change of the question starts at its first page. */
export function changeSearch(state: SearchState, change: Partial<SearchState>): SearchState {
  return { ...state, trail: [], ...change };
}

export function hasQuery(state: SearchState): boolean {
  return state.text.trim() !== '' || state.xray !== undefined || state.case !== undefined;
}

export function filterCount(state: SearchState): number {
  const { modality, bodyPart, sex, ageBand, finding } = state;
  const lists = [modality, bodyPart, sex, ageBand, finding].reduce((sum, list) => sum + list.length, 0);
  return lists + [state.from, state.to, state.demo].filter((value) => value !== undefined).length;
}

export function toFilter(state: SearchState): CaseFilter | undefined {
  if (filterCount(state) === 0) return undefined;
  return {
    ...(state.modality.length > 0 && { modality: [...state.modality] }),
    ...(state.bodyPart.length > 0 && { bodyPart: [...state.bodyPart] }),
    ...(state.sex.length > 0 && { sex: [...state.sex] }),
    ...(state.ageBand.length > 0 && { ageBand: [...state.ageBand] }),
    ...(state.from !== undefined && { from: state.from }),
    ...(state.to !== undefined && { to: state.to }),
    ...(state.finding.length > 0 && { finding: [...state.finding] }),
    ...(state.demo !== undefined && { demo: state.demo }),
  };
}

export function toSearchInput(state: SearchState): SearchInput {
  const filter = toFilter(state);
  return {
    ...(state.text.trim() !== '' && { text: state.text.trim() }),
    ...(state.xray !== undefined && { xray: state.xray }),
    ...(state.case !== undefined && { case: state.case }),
    ...(filter !== undefined && { filter }),
  };
}

function id(value: string | null): string | undefined {
  return value !== null && idPattern.test(value) ? value : undefined;
}

function demoOf(value: string | null): boolean | undefined {
  return value === 'only' ? true : value === 'none' ? false : undefined;
}

function day(value: string | null): string | undefined {
  const isDay = value !== null && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
  return isDay ? value : undefined;
}
