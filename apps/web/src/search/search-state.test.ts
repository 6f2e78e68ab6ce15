import { describe, expect, it } from 'vitest';
import {
  changeSearch,
  emptySearch,
  filterCount,
  hasQuery,
  parseSearch,
  type SearchState,
  searchHref,
  searchQuery,
  toFilter,
  toSearchInput,
} from './search-state';

const full: SearchState = {
  text: 'effusion, no pneumothorax',
  xray: 'VXBsb2FkOjE=',
  case: 'Q2FzZTo3',
  modality: ['CT', 'DX'],
  bodyPart: ['CHEST'],
  sex: ['FEMALE'],
  ageBand: [60, 90],
  from: '2019-01-01',
  to: '2020-12-31',
  finding: ['pleural_effusion', 'nodule'],
  demo: false,
  trail: ['c1', 'c2'],
};

describe('the search in the address', () => {
  it('comes back from the address as it went in', () => {
    expect(parseSearch(new URLSearchParams(searchQuery(full)))).toEqual(full);
    expect(parseSearch(new URLSearchParams(searchQuery(emptySearch)))).toEqual(emptySearch);
  });

  it('is the bare page when nothing is asked', () => {
    expect(searchHref(emptySearch)).toBe('/');
    expect(searchHref({ ...emptySearch, text: 'a b&c' })).toBe('/?q=a+b%26c');
  });

  it('gives equal searches equal addresses whatever order the parameters came in', () => {
    const one = parseSearch(new URLSearchParams('age=90&age=60&modality=DX&modality=CT&q=x'));
    const other = parseSearch(new URLSearchParams('q=x&modality=CT&modality=DX&age=60&age=90'));
    expect(searchQuery(one)).toBe(searchQuery(other));
  });

  it('drops what it does not know instead of passing it on', () => {
    const hostile = new URLSearchParams(
      'modality=CT&modality=XX&part=__proto__&age=55&age=1e1&from=2019-13-45&to=yesterday&xray=<script>&finding=a b&demo=__proto__',
    );
    expect(parseSearch(hostile)).toEqual({ ...emptySearch, modality: ['CT'] });
  });

  it('caps the text', () => {
    expect(parseSearch(new URLSearchParams({ q: 'x'.repeat(5000) })).text).toHaveLength(500);
  });

  it('starts a changed question at its first page', () => {
    expect(changeSearch(full, { sex: ['MALE'] }).trail).toEqual([]);
    expect(changeSearch(full, { trail: ['c1', 'c2', 'c3'] }).trail).toEqual(['c1', 'c2', 'c3']);
  });
});

describe('what is asked of the API', () => {
  it('names only what was chosen', () => {
    expect(toSearchInput({ ...emptySearch, text: '  nodule ' })).toEqual({ text: 'nodule' });
    expect(toFilter(emptySearch)).toBeUndefined();
  });

  it('passes text, X-ray, case and filters together', () => {
    expect(toSearchInput(full)).toEqual({
      text: 'effusion, no pneumothorax',
      xray: 'VXBsb2FkOjE=',
      case: 'Q2FzZTo3',
      filter: {
        modality: ['CT', 'DX'],
        bodyPart: ['CHEST'],
        sex: ['FEMALE'],
        ageBand: [60, 90],
        from: '2019-01-01',
        to: '2020-12-31',
        finding: ['pleural_effusion', 'nodule'],
        demo: false,
      },
    });
  });

  it('counts every chosen filter once', () => {
    expect(filterCount(full)).toBe(11);
    expect(filterCount(emptySearch)).toBe(0);
  });

  it('knows a query from filters alone', () => {
    expect(hasQuery({ ...emptySearch, modality: ['CT'] })).toBe(false);
    expect(hasQuery({ ...emptySearch, text: '   ' })).toBe(false);
    expect(hasQuery({ ...emptySearch, xray: 'u1' })).toBe(true);
  });
});
