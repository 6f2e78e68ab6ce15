import { createElement, type FunctionComponent } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { MentionChip } from '../cases/mention-chip';
import { ReadingNotes } from '../cases/reading-notes';
import { ReportPanel } from '../cases/report-panel';
import { ApiFailure } from '../graphql/api-failure';
import { JobRow } from '../jobs/job-row';
import { AnswerLine } from '../search/answer-line';
import { CaseCard } from '../search/case-card';
import { emptySearch } from '../search/search-state';
import type { Explanation, Hit, Results } from '../search/use-results';
import { TileOverlay } from '../viewer/tile-overlay';
import { explainFailure } from './explain-failure';
import { FailureNotice } from './notices';
import { takeSearchBoxWish, wantSearchBox } from './search-box';
import { readTheme, themeCookie } from './theme';

function html<Props extends object>(component: FunctionComponent<Props>, props: Props): string {
  return renderToStaticMarkup(createElement(component, props));
}
const text = (markup: string) => markup.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

const effusion = { code: 'pleural_effusion', name: 'pleural effusion', synonyms: ['effusion'] };
const sentence: NonNullable<Explanation['sentence']> = {
  id: 's1',
  section: 'findings',
  text: 'No pleural effusion <b>.',
  findings: [{ polarity: 'ABSENT', finding: effusion }],
};
const why: Explanation = {
  channel: 'TEXT',
  rank: 2,
  score: 0.89,
  part: 0.0161,
  highlights: [{ start: 3, end: 19 }],
  seriesId: null,
  xrayId: null,
  view: null,
  sentence,
  scoreParts: [],
};
const hit: Hit = {
  case: {
    id: 'Q2FzZTox',
    label: 'T-4F2A9C',
    sex: 'FEMALE',
    ageBand: 60,
    shiftedDay: null,
    bodyPart: 'CHEST',
    modalities: ['CT'],
    isDemo: true,
    thumbnailUrl: '/v1/blobs/series/1/axial.webp',
  },
  why: [why],
  findings: [],
};

describe('a case in the grid', () => {
  const card = html(CaseCard, { hit, isWhyOpen: true, onToggleWhy: () => undefined });

  it('links to the case and cites the sentence that matched', () => {
    expect(card).toContain('href="/cases/Q2FzZTox?sentence=s1"');
    expect(card).toContain('<mark>pleural effusion</mark>');
  });

  it('shows report text as text, whatever it holds', () => {
    expect(card).toContain('&lt;b&gt;');
    expect(card).not.toContain('<b>');
  });

  it('fetches its picture through this server', () => {
    expect(card).toContain('src="/api/blobs/series/1/axial.webp"');
  });

  it('says why by channel, rank, score and part', () => {
    expect(text(card)).toContain('Report text rank 2 · score 0.890');
    expect(card).toContain('+0.0161');
  });
});

describe('a case without images', () => {
  const bare = { ...hit, case: { ...hit.case, thumbnailUrl: null } };

  it('shows its matched sentence, once, where the picture would be', () => {
    const card = html(CaseCard, { hit: bare, isWhyOpen: false, onToggleWhy: () => undefined });
    expect(text(card)).toContain('Report only');
    expect(card).not.toContain('<img');
    expect(card.split('data-testid="matched-sentence"')).toHaveLength(2);
  });

  it('shows its findings there when nothing was asked', () => {
    const listed: Hit = { ...bare, why: [], findings: [{ polarity: 'PRESENT', finding: effusion }] };
    const card = html(CaseCard, { hit: listed, isWhyOpen: false, onToggleWhy: () => undefined });
    expect(text(card)).toContain('+ pleural effusion');
  });
});

describe('the line over the results', () => {
  const answer: Results['answer'] = {
    channels: [
      {
        channel: 'IMAGE',
        mode: 'HNSW',
        candidates: 200,
        recallAt10: 0.987,
        space: 'projection-descriptor@1',
        tookMs: 7.8,
      },
    ],
    shortfall: 3,
    queryFindings: [{ polarity: 'ABSENT', finding: effusion }],
  };
  const results: Results = { hits: [hit], next: undefined, totalCount: 21, totalCountIsExact: false, answer };
  const line = text(html(AnswerLine, { state: { ...emptySearch, text: 'x' }, results, isLoading: false }));

  it('says how each channel answered, with its measured recall', () => {
    expect(line).toContain('Image approximate (HNSW), 200 candidates, recall@10 0.987');
    expect(line).toContain('projection-descriptor@1');
  });

  it('says that the page is short and the count a guess', () => {
    expect(line).toContain('3 fewer than a full page');
    expect(line).toContain('about 21 matching cases');
  });

  it('gives no former answer as that of a question still under way', () => {
    const waiting = text(
      html(AnswerLine, { state: { ...emptySearch, text: 'y' }, results, isLoading: true }),
    );
    expect(waiting.trim()).toBe('Searching…');
  });

  it('says what the text was understood to ask for, negation included', () => {
    expect(line).toMatch(/Asks for: − no pleural effusion/);
  });
});

describe('polarity', () => {
  it('is told by a sign and a word, not by colour alone', () => {
    const chip = (polarity: 'PRESENT' | 'ABSENT' | 'UNCERTAIN') =>
      text(html(MentionChip, { mention: { polarity, finding: effusion } })).trim();
    expect(chip('PRESENT')).toBe('+ pleural effusion');
    expect(chip('ABSENT')).toBe('− no pleural effusion');
    expect(chip('UNCERTAIN')).toBe('? possible pleural effusion');
  });

  it('marks the sentence of a report that was cited', () => {
    const report = { id: 'r', text: '', sentences: [{ ...sentence, ordinal: 0 }] };
    const panel = html(ReportPanel, { reports: [report], citedSentence: 's1' });
    expect(panel).toContain('data-cited="true"');
    expect(text(panel)).toContain('Matched:');
  });
});

describe('a job', () => {
  const base = {
    id: 'j1',
    kind: 'INGEST',
    progress: 0.4,
    step: 'reading headers',
    createdAt: '2026-03-01T14:05:00.000',
    startedAt: null,
    finishedAt: null,
    attempt: 2,
    error: null,
    cases: [],
    refused: [],
  };
  const row = (job: object) =>
    html(JobRow, { job: { ...base, ...job } as never, onChanged: () => undefined });

  it('shows its step and can be cancelled while it runs', () => {
    const running = text(row({ state: 'RUNNING' }));
    expect(running).toContain('40 %');
    expect(running).toContain('reading headers');
    expect(running).toContain('Cancel');
    expect(running).toContain('attempt 2');
  });

  it('says its failure in words, with the code and the API’s message', () => {
    const failed = text(
      row({ state: 'FAILED', error: { code: 'FORMAT_CORRUPT', message: 'cut short at byte 310' } }),
    );
    expect(failed).toContain('The file is damaged. cut short at byte 310 FORMAT_CORRUPT');
    expect(failed).not.toContain('Cancel');
  });

  it('links to the cases it made and lists what it did not take', () => {
    const done = row({
      state: 'SUCCEEDED',
      cases: [{ id: 'c=1', label: 'T-1' }],
      refused: [{ source: '000002.dcm', code: 'NOT_AN_IMAGE', message: 'a report' }],
    });
    expect(done).toContain('href="/cases/c%3D1"');
    expect(text(done)).toContain('1 input not taken');
  });
});

describe('the words over the picture', () => {
  const tile = { plane: 'axial', left: 0, top: 0, width: 400, height: 300, fovMm: 352 } as const;
  const snapshot = {
    tiles: [tile, { ...tile, plane: 'render' } as const],
    voxel: [10, 20, 60],
    size: [176, 144, 120],
    range: { min: -1350, max: 150 },
    valueAtCrosshair: -860.2,
    pointLps: [1, 2, 3],
  } as const;

  it('say plane, slice n/N, letters, scale, window and value', () => {
    const words = text(html(TileOverlay, { snapshot, isInverted: false }));
    expect(words).toMatch(/Axial 61 ?\/ ?120 R L A P 10 cm/);
    expect(words).toContain('-860 HU');
    expect(words).toContain('W 1500 L -600');
  });

  it('say that 3-D is not inverted', () => {
    expect(text(html(TileOverlay, { snapshot, isInverted: true }))).toContain('3-D has no inverted view');
  });
});

describe('notices', () => {
  it('say a failure in words and keep its code', () => {
    const notice = html(FailureNotice, { failure: new ApiFailure('LIMIT_EXCEEDED', 'at most 2 GiB') });
    expect(text(notice)).toContain('Too large at most 2 GiB LIMIT_EXCEEDED');
    expect(notice).toContain('role="alert"');
    expect(explainFailure('NEVER_SEEN')).toBe('Something went wrong');
  });

  it('list what the reader did to an image, and nothing where it did nothing', () => {
    expect(html(ReadingNotes, { notes: [] })).toBe('');
    expect(text(html(ReadingNotes, { notes: [{ code: 'TILT', message: 'tilted by 12°' }] }))).toContain(
      'tilted by 12°',
    );
  });
});

describe('the theme', () => {
  it('is dark unless light was chosen', () => {
    expect(readTheme(undefined)).toBe('dark');
    expect(readTheme('<script>')).toBe('dark');
    expect(readTheme('light')).toBe('light');
    expect(themeCookie('light')).toContain('theme=light; path=/');
  });
});

describe('the wish for the search box', () => {
  it('is granted once', () => {
    expect(takeSearchBoxWish()).toBe(false);
    wantSearchBox();
    expect([takeSearchBoxWish(), takeSearchBoxWish()]).toEqual([true, false]);
  });
});
