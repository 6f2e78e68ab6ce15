import { createElement, type FunctionComponent } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { CertificatePartsFragment } from '../graphql/generated/types';
import { curvePath, niceMax } from '../jobs/curve-path';
import { TrainingCurve } from '../jobs/training-curve';
import { StructureList } from '../segmentation/structure-list';
import { CertificateView } from './certificate-view';
import { growthOf, growthText } from './growth';
import { GrowthBar } from './growth-bar';
import { VerdictBadge } from './verdict-badge';
import { mainMetric, metricText, structureText } from './version-words';

function html<Props extends object>(component: FunctionComponent<Props>, props: Props): string {
  return renderToStaticMarkup(createElement(component, props));
}
const text = (markup: string) => markup.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

const task = (
  name: string,
  factorsPercent: number | null,
  headPercent = 0.1,
  decoderPercent: number | null = 43,
) => ({
  name,
  latest: { parameters: { factorsPercent, headPercent, decoderPercent } },
});

describe('growth of a base', () => {
  it('adds adapters and heads, and holds them against a decoder for each task', () => {
    const growth = growthOf([task('spleen', 5), task('liver', 2.9)]);
    expect(growth.addedPercent).toBeCloseTo(8.1);
    expect(growth.decoderPercent).toBe(86);
    expect(growth.fullPercent).toBe(186);
  });

  it('says nothing of decoders where a base has none', () => {
    const growth = growthOf([task('spleen', 5, 0, null)]);
    expect(growth.decoderPercent).toBeNull();
    expect(text(html(GrowthBar, { growth }))).not.toContain('decoder');
  });

  it('says both in words, not by the length of a bar alone', () => {
    const bar = text(html(GrowthBar, { growth: growthOf([task('spleen', 5), task('liver', 2.9)]) }));
    expect(bar).toContain('its 2 tasks');
    expect(bar).toMatch(/Adapters and heads \+8\.1\s%/);
    expect(bar).toMatch(/A decoder per task \+86\s%/);
  });

  it('keeps two digits of small numbers', () => {
    expect([0.0253, 3.216, 97.4].map(growthText)).toEqual(['0.025\u00a0%', '3.2\u00a0%', '97\u00a0%']);
  });
});

const evidence: NonNullable<CertificatePartsFragment['evidence']> = {
  issuedAt: '2026-03-01T14:05:00.000',
  tasks: [
    { model: 'spleen', version: 1 },
    { model: 'liver', version: 2 },
  ],
  dice: [{ values: [0.8, null, null] }, { values: [0.8, 0.9, null] }, { values: [0.8, 0.9, 0.7] }],
  testSets: [1, 2, 3].map((n) => ({ digest: `sha256:${`${n}`.repeat(64)}`, isReplayed: true })),
  bwt: 0,
  fwt: -0.012,
  growthTotal: { factorsPercent: 8, headPercent: 0.2 },
  reasons: [],
  canaryCount: 4,
  identicalCanaries: 4,
  runtime: {
    engine: 'onnxruntime-node',
    version: '1.30.0',
    provider: 'cpu',
    device: 'AMD EPYC',
    threads: 1,
    graphLevel: 'basic',
  },
};
const certificate: CertificatePartsFragment = {
  digest: `sha256:${'ab'.repeat(32)}`,
  verdict: 'GREEN',
  isValid: true,
  problem: null,
  keyId: `sha256:${'cd'.repeat(32)}`,
  url: `/v1/blobs/certificates/${'ab'.repeat(32)}/certificate.json`,
  evidence,
};

describe('a certificate', () => {
  it('shows the matrix, what was not measured as such, the canaries and the device', () => {
    const shown = html(CertificateView, { certificate });
    expect(shown.match(/<td class/g)).toHaveLength(9);
    expect(text(shown)).toContain('+ liver v2 0.800 0.900 0.700');
    expect(text(shown)).toContain('4 of 4 outputs byte-identical');
    expect(text(shown)).toContain('backward ±0.000, forward −0.012');
    expect(text(shown)).toContain('cpu, AMD EPYC, 1 thread, onnxruntime-node 1.30.0');
    expect(shown).toContain('href="/api/blobs/certificates/');
  });

  it('that is red gives its reasons', () => {
    const red = {
      ...certificate,
      verdict: 'RED' as const,
      evidence: { ...evidence, reasons: ['canary x: output changed'] },
    };
    expect(text(html(CertificateView, { certificate: red }))).toMatch(/Forgets.*output changed/);
  });

  it('that cannot be believed shows no numbers', () => {
    const forged = {
      ...certificate,
      isValid: false,
      keyId: null,
      problem: 'changed after signing',
      evidence: null,
    };
    const shown = text(html(CertificateView, { certificate: forged }));
    expect(shown).toContain('Certificate invalid');
    expect(shown).toContain('changed after signing');
    expect(shown).not.toContain('byte-identical');
  });

  it('names every test set that was not replayed, and says “not defined” instead of nothing', () => {
    const [here, elsewhere] = [evidence.testSets[0]!, { ...evidence.testSets[1]!, isReplayed: false }];
    const unknown = { digest: null, isReplayed: false };
    const partial = {
      ...certificate,
      evidence: { ...evidence, fwt: null, testSets: [here, elsewhere, unknown] },
    };
    const shown = text(html(CertificateView, { certificate: partial }));
    expect(shown).toContain('forward not defined');
    expect(shown).toMatch(/spleen v1: not replayed here; its test set \S*2222\S* lies on another machine/);
    expect(shown).toMatch(/liver v2: not defined here, since no machine is known to hold test cases of it/);
    expect(shown).toContain('not defined: not taught yet');
  });

  it('is missed in words', () => {
    expect(text(html(CertificateView, { certificate: null }))).toContain('No certificate');
    expect(text(html(VerdictBadge, { certificate: { verdict: 'GREEN', isValid: true } }))).toContain(
      'Nothing forgotten',
    );
  });
});

describe('facts of a version', () => {
  const metric = {
    name: 'dice',
    structure: null,
    value: 0.9,
    unit: '1',
    n: 20,
    data: 'phantoms',
    interval: { low: 0.85, high: 0.94, level: 0.95 },
  };
  it('say a metric with its interval and number of cases', () => {
    expect(metricText(metric)).toBe('0.900 [0.850, 0.940] at 95\u00a0%, n = 20');
    expect(metricText({ ...metric, interval: null, unit: 'mm', value: 1.234 })).toBe('1.23 mm, n = 20');
  });

  it('lead with the mean Dice', () => {
    const other = { ...metric, name: 'hd95' };
    expect(mainMetric([other, { ...metric, structure: 'spleen' }, metric])).toBe(metric);
    expect(mainMetric([])).toBeUndefined();
  });

  it('name a few structures and count the rest', () => {
    expect(structureText([{ name: 'left_lung' }, { name: 'spleen' }, { name: 'liver' }], 2)).toBe(
      'left lung, spleen and 1 more',
    );
  });
});

describe('the curve of a training', () => {
  const area = { left: 10, top: 0, width: 100, height: 50 };
  it('goes from left to right and stays inside its frame', () => {
    expect(
      curvePath(
        [
          [0, 0],
          [0.5, 1],
          [1, 2],
        ],
        area,
      ),
    ).toBe('M10.0 50.0L60.0 0.0L110.0 0.0');
    expect(curvePath([[0.5, Number.NaN]], area)).toBe('M60.0 50.0');
  });

  it('ends its axis at a round number above', () => {
    expect([2.9, 0.13, 1, 0].map(niceMax).map((top) => Number(top.toPrecision(3)))).toEqual([3, 0.15, 1, 1]);
  });

  it('is told in words and as a table too', () => {
    const points = [
      { step: 10, steps: 20, loss: 1.5, dice: 0.2 },
      { step: 20, steps: 20, loss: 0.5, dice: 0.8 },
    ];
    const shown = html(TrainingCurve, { points });
    expect(shown).toContain('aria-label="Loss 0.500 and Dice 0.800 at step 20 of 20"');
    expect(shown.match(/<tr>/g)).toHaveLength(3);
    expect(text(html(TrainingCurve, { points: [] }))).toContain('begins with the first steps');
  });
});

describe('the structures of a segmentation', () => {
  it('stand with colour, volume and code, the largest first', () => {
    const structure = (name: string, value: number, volumeMl: number) => ({
      name,
      value,
      volumeMl,
      colour: '#9d6ca2',
      task: `models:/${name}/1`,
      snomed: { code: '78961009', display: 'Spleen' },
    });
    const shown = html(StructureList, {
      structures: [structure('small', 1, 4.21), structure('large_one', 300, 1480)],
      hidden: new Set([1]),
      onHide: () => undefined,
    });
    expect(text(shown)).toMatch(/2 structures, 1 shown.*large one 1,480\smL.*small 4\.21\smL/);
    expect(shown).toContain('SNOMED CT 78961009 Spleen');
    expect(shown.match(/checked=""/g)).toHaveLength(1);
  });
});
