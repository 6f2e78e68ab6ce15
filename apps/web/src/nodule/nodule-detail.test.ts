import { createElement, type FunctionComponent } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { IntervalBar } from './interval-bar';
import { NoduleDetail } from './nodule-detail';
import type { NoduleAssessment } from './nodule-words';

function html<Props extends object>(component: FunctionComponent<Props>, props: Props): string {
  return renderToStaticMarkup(createElement(component, props));
}
const text = (markup: string) => markup.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

const stored = {
  number: 12,
  outcome: 'MALIGNANT',
  diameterMm: 11,
  pictureUrl: '/v1/blobs/nodules/1/like-12.png',
  attribution: 'LIDC-IDRI, The Cancer Imaging Archive, CC BY 3.0',
} as const;
const assessment: NoduleAssessment = {
  id: 'n1',
  createdAt: '2026-03-01T10:00:00.000Z',
  manifest: `sha256:${'ab'.repeat(32)}`,
  model: { uri: 'models:/pare/1' },
  target: { point: { x: 1, y: 2, z: 3 }, low: null, high: null },
  refusal: null,
  finding: {
    probability: 0.62,
    interval: { low: 0.41, high: 0.78, level: 0.9 },
    longestDiameterMm: 20.1,
    perpendicularDiameterMm: 14.2,
    ballDiameterMm: 15.5,
    volumeMm3: 1950,
    centre: { x: -57.4, y: 131.2, z: -520.4 },
    attributes: [{ name: 'spiculation', value: 2.2, least: 1, most: 5 }],
    prototypes: [{ member: 0, index: 9, outcome: 'MALIGNANT', weight: 0.31, example: stored }],
    nearest: [{ distance: 0.42, nodule: stored }],
    warnings: [{ code: 'THICK_SLICES', message: 'slices of 5 mm: the interval is widened' }],
    maskUrl: '/v1/blobs/nodules/1/mask.nii.gz',
    segUrl: null,
    srUrl: '/v1/blobs/nodules/1/report.dcm',
  },
};
const detail = (part: Partial<NoduleAssessment> = {}) =>
  html(NoduleDetail, { assessment: { ...assessment, ...part }, onGoTo: () => undefined });

describe('an assessed nodule', () => {
  const markup = detail();

  it('is a probability of ratings with its interval drawn and said, and never without the caution', () => {
    expect(text(markup)).toMatch(/would rate it malignant with 62 %/);
    expect(markup).toContain('aria-label="62 %, 90 % interval 41 % to 78 %"');
    expect(text(markup)).toContain('not histology; research use only');
  });

  it('has its sizes, ratings and what lowers confidence in words', () => {
    expect(text(markup)).toMatch(/20\.1 × 14\.2 mm/);
    expect(text(markup)).toMatch(/15\.5 mm \(1,950 mm³\)/);
    expect(text(markup)).toMatch(/Spiculation 2\.2 of 5/);
    expect(text(markup)).toMatch(/Thick slices: lower confidence/);
  });

  it('shows nearest nodules and prototypes with picture, rating, weight and attribution', () => {
    expect(markup).toContain('src="/api/blobs/nodules/1/like-12.png"');
    expect(text(markup)).toMatch(/rated malignant #12 · 11\.0 mm distance 0\.42/);
    expect(text(markup)).toMatch(/weight 31 %/);
    expect(text(markup)).toMatch(/CC BY 3\.0/);
  });

  it('offers the files that there are, and the model by version and digest', () => {
    expect(markup).toContain('href="/api/blobs/nodules/1/report.dcm"');
    expect(markup).not.toContain('DICOM SEG');
    expect(markup).toContain('href="/models/pare"');
    expect(text(markup)).toContain('abababababab');
  });
});

describe('a refusal', () => {
  it('says why and what to do, as an alert, and gives no number', () => {
    const refusal = {
      reason: 'NO_NODULE_AT_POINT',
      message: 'nothing like a nodule lies within 5 mm',
    } as const;
    const markup = detail({ finding: null, refusal });
    expect(markup).toContain('role="alert"');
    expect(text(markup)).toMatch(/No nodule at this place\. Click on the middle/);
    expect(text(markup)).toContain('No number is given');
    expect(text(markup)).not.toMatch(/\d %/);
  });
});

describe('the interval', () => {
  it('stays visible when it is narrow and inside the line when it is not', () => {
    const bar = html(IntervalBar, { probability: 0.999, interval: { low: 0.999, high: 1.2, level: 0.9 } });
    expect(bar).toContain('left:99.90%');
    const thin = html(IntervalBar, { probability: 0.5, interval: { low: 0.5, high: 0.5, level: 0.9 } });
    expect(thin).toContain('width:1.00%');
  });
});
