// What the browser tests do more than once: wait for demo cases, make an X-ray of one, drop a file, read the grid.
import { encodePng, parseReport, renderDrr } from '@tomograph/imaging';
import { render } from '@tomograph/phantom';
import type { Browser, Locator, Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import type { Product } from './product.js';

export interface DemoCase {
  readonly id: string;
  readonly label: string;
  readonly reports: readonly { readonly text: string }[];
}

/** What every browser test works with; made once for all of them. */
export interface House {
  readonly product: Product;
  readonly browser: Browser;
  /** By seed: the first is seed 1. Even seeds have a film beside their CT. */
  readonly cases: readonly DemoCase[];
}

/** How long a condition may take to come true: most come within a second, a loaded machine is given its time. */
export const patienceMs = 90_000;

/** Oldest first, that is by seed. */
export async function waitForDemoCases(product: Product, count: number): Promise<DemoCase[]> {
  const ask = () =>
    product.graphql<{ cases: { edges: { node: DemoCase }[] } }>(
      '{ cases(first: 100, filter: { demo: true }) { edges { node { id label reports { text } } } } }',
    );
  const found = await vi.waitFor(
    async () => {
      const nodes = (await ask()).cases.edges.map(({ node }) => node);
      expect(nodes.length).toBeGreaterThanOrEqual(count);
      return nodes;
    },
    { timeout: 4 * patienceMs, interval: 500 },
  );
  return found.reverse();
}

/** An AP film of a demo phantom, turned and enlarged a little, as PNG; and the report that the demo case has. */
export async function demoXray(seed: number): Promise<{ png: Buffer; reportText: string }> {
  const phantom = render(seed, { size: 96 });
  const { display } = renderDrr(phantom.volume, {
    view: 'AP',
    beam: { kind: 'cone', sourceToDetectorMm: 1800, sourceToCentreMm: 1500 },
    pose: { rotationDegrees: [3, -2, 2], scale: 1.05 },
    gamma: 1.2,
    pixelMm: 1.4,
    voxelMm: 2,
  });
  return {
    png: Buffer.from(await encodePng(display)),
    reportText: parseReport(phantom.report.text).text,
  };
}

/** A drop as the browser makes it: DragEvents that carry the file, at `target`. */
export async function dropFile(target: Locator, name: string, type: string, bytes: Buffer): Promise<void> {
  // as text: the tests are compiled without the browser's types
  const dataTransfer = await target.page().evaluateHandle(`(() => {
    const transfer = new DataTransfer();
    const bytes = Uint8Array.from(atob('${bytes.toString('base64')}'), (char) => char.charCodeAt(0));
    transfer.items.add(new File([bytes], ${JSON.stringify(name)}, { type: ${JSON.stringify(type)} }));
    return transfer;
  })()`);
  for (const event of ['dragenter', 'dragover', 'drop']) await target.dispatchEvent(event, { dataTransfer });
}

/** What a reader sees of it, hidden words left out. */
export async function shownText(locator: Locator): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: as rendered, that is the point
  return (await locator.innerText()).replace(/\s+/g, ' ').trim();
}

/** Labels of the cards, in the grid's order, once the answer has come. */
export async function cardLabels(page: Page): Promise<string[]> {
  await page.locator('section[aria-label=Results][aria-busy=false]').waitFor();
  const cards = page.getByTestId('case-card');
  return cards.evaluateAll((items) => items.map((item) => item.getAttribute('data-case-label') ?? ''));
}

/** Opens the search page and waits until it listens. */
export async function openSearch(page: Page, address = '/'): Promise<void> {
  await page.goto(address);
  await page.getByTestId('case-card').first().waitFor(); // drawn in the browser alone
}

/** Chooses one file on the jobs page, with a report or without, and sends it. @returns its row */
export async function upload(page: Page, name: string, bytes: Buffer, report = ''): Promise<Locator> {
  await page.getByTestId('job').first().waitFor(); // the list is there: the demo job at least
  const before = await page.getByTestId('job').count();
  await page
    .getByTestId('upload-files')
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: bytes });
  if (report !== '') await page.getByTestId('report-text').fill(report);
  await page.getByTestId('upload-submit').click();
  await expect.poll(() => page.getByTestId('job').count(), { timeout: patienceMs }).toBe(before + 1);
  const id = await page.getByTestId('job').first().getAttribute('data-job-id');
  return page.locator(`[data-job-id="${id}"]`);
}

export async function untilState(row: Locator, state: string): Promise<void> {
  await expect.poll(() => row.getAttribute('data-state'), { timeout: patienceMs, interval: 100 }).toBe(state);
}

/** Pixels by which the page is wider than its window. */
export function overflowPx(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
}
