import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { gateText, measuredMetrics, metricGate } from './alias-gates';
import { type Webhook, WebhookRow } from './webhooks-panel';

const none = { isCertificate: false, metric: null, structure: null, data: null, atLeast: null, atMost: null };
const draft = { metric: 'dice', structure: 'spleen', data: 'test cases', atLeast: '', atMost: '' };

describe('gates of an alias', () => {
  it('are said in words, with the end of the interval that decides', () => {
    expect(gateText({ ...none, isCertificate: true })).toContain('certificate green');
    expect(gateText({ ...none, metric: 'dice', structure: 'left_kidney', data: 'x', atLeast: 0.8 })).toBe(
      'dice of left kidney on x: its interval from 0.8 up',
    );
    expect(gateText({ ...none, metric: 'asd', data: 'x', atLeast: 0, atMost: 2 })).toContain('up to 2');
  });

  it('are what was typed, and a row without a number is refused before it is sent', () => {
    expect(metricGate({ ...draft, atLeast: '0.8' })).toEqual({
      metric: 'dice',
      structure: 'spleen',
      data: 'test cases',
      atLeast: 0.8,
    });
    expect(metricGate({ ...draft, structure: null, atMost: '0' })).toEqual({
      metric: 'dice',
      data: 'test cases',
      atMost: 0,
    });
    expect(() => metricGate(draft)).toThrow(/no number/);
    expect(() => metricGate({ ...draft, atLeast: 'much' })).toThrow(/“much” is no number/);
  });

  it('offer every measured metric once, as the newest version measured it', () => {
    const metric = (value: number) => ({
      name: 'dice',
      structure: null,
      value,
      unit: '1',
      n: 4,
      data: 'test cases',
      interval: { low: value - 0.1, high: value + 0.1, level: 0.95 },
    });
    const versions = [
      { metrics: [metric(0.8)] },
      { metrics: [metric(0.5), { ...metric(0.4), name: 'asd' }] },
    ];
    const found = measuredMetrics(versions as never);
    expect(found.map((one) => one.metric)).toEqual(['dice', 'asd']);
    expect(found[0]!.words).toContain('0.8');
  });
});

describe('a webhook', () => {
  const webhook: Webhook = {
    id: 'w',
    url: 'https://hooks.example/x',
    events: ['ALIAS_CREATED'],
    model: null,
    createdAt: '2026-03-01T14:05:00.000Z',
    createdBy: 'local',
    disabledAt: null,
    deliveries: [
      {
        id: 'd',
        deliveryId: '0190',
        eventSeq: 7,
        state: 'FAILED',
        nextAttemptAt: null,
        createdAt: '2026-03-01T14:05:00.000Z',
        attempts: [{ attempt: 1, at: '2026-03-01T14:05:00.000Z', status: 400, error: 'status 400' }],
      },
    ],
  };
  const html = (change: Partial<Webhook> = {}) =>
    renderToStaticMarkup(
      createElement<Parameters<typeof WebhookRow>[0]>(WebhookRow, {
        webhook: { ...webhook, ...change },
        onAct: async () => undefined,
        onReload: () => undefined,
      }),
    );

  it('shows what became of each delivery, and offers to send a failed one again', () => {
    expect(html()).toMatch(/event #7.*failed.*HTTP 400/s);
    expect(html()).toContain('retry-delivery');
  });

  it('that is disabled keeps its log and offers nothing more', () => {
    const markup = html({ disabledAt: '2026-03-02T10:00:00.000Z' });
    expect(markup).toContain('HTTP 400');
    for (const act of ['retry-delivery', 'test-webhook', 'disable-webhook'])
      expect(markup).not.toContain(act);
  });
});
