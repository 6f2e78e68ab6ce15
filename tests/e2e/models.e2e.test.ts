// Models in a real browser on the real product: a task is added from a zip, its curve watched, promoted, used on a case, and
// its labels laid over the picture. On a base of random weights: what is found is nothing to look at, that it is found is.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeNiftiGz } from '@tomograph/imaging';
import { zipSync } from 'fflate';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ballBody, writeBallFolder } from '../../apps/worker/src/testing/ball-cases.js';
import { writeTinyBase } from '../../apps/worker/src/testing/tiny-base.js';
import {
  axeViolations,
  chromiumMissing,
  findChromium,
  launchBrowser,
  openPage,
  takeScreenshot,
  waitForViewer,
} from './browser.js';
import { type Product, startProduct } from './product.js';
import { overflowPx, patienceMs } from './web-steps.js';

const chromium = findChromium();
if (!chromium) console.error(`! the browser tests of models are skipped: ${chromiumMissing}`);

describe.skipIf(!chromium)(
  `models${chromium ? '' : ` (${chromiumMissing})`}`,
  { timeout: 4 * patienceMs },
  () => {
    let folder: string;
    let product: Product;
    let browser: Browser;
    let zip: Buffer;
    let casePath: string;
    let jobPath: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'tg-models-'));
      await writeTinyBase(join(folder, 'base'));
      await writeBallFolder(join(folder, 'balls'), { count: 4 });
      zip = await zipFolder(join(folder, 'balls'));
      await writeFile(join(folder, 'ct.nii.gz'), await writeNiftiGz(ballBody(50).volume));
      process.env.TOMOGRAPH_BASE = join(folder, 'base');
      product = await startProduct('--no-demo');
      delete process.env.TOMOGRAPH_BASE;
      browser = await launchBrowser();
      const { code, stderr } = await product.command('ingest', join(folder, 'ct.nii.gz'));
      expect(code, stderr).toBe(0);
      const { cases } = await product.graphql<{ cases: { edges: { node: { id: string } }[] } }>(
        '{ cases(first: 1) { edges { node { id } } } }',
      );
      casePath = `/cases/${encodeURIComponent(cases.edges[0]!.node.id)}`;
    }, 3 * patienceMs);
    afterAll(async () => {
      await browser?.close();
      await product?.[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    });

    it('adds a task from a zip and draws its curve while it trains', async () => {
      await using watched = await openPage(browser, product.webUrl);
      const { page, problems } = watched;
      await page.goto('/models');
      await page.getByTestId('base').waitFor({ timeout: patienceMs });
      expect(await page.getByTestId('base').textContent()).toContain('No task was added yet');
      const form = page.getByTestId('add-task');
      await form
        .locator('input[type=file]')
        .setInputFiles({ name: 'balls.zip', mimeType: 'application/zip', buffer: zip });
      await form.getByLabel('Name').fill('balls');
      await form.getByLabel('Steps').fill('250');
      await page.getByTestId('start-training').press('Enter');
      await page.waitForURL('**/jobs/*', { timeout: patienceMs });
      jobPath = new URL(page.url()).pathname;
      const points = async () => Number(await page.getByTestId('curve').getAttribute('data-points'));
      await page.getByTestId('curve').waitFor({ timeout: patienceMs });
      await expect.poll(points, { timeout: patienceMs }).toBeGreaterThan(1);
      await untilJob(page, 'SUCCEEDED');
      expect(await points()).toBeGreaterThan(10);
      expect(await page.getByTestId('outcome').textContent()).toMatch(/models:\/balls\/1.*Nothing forgotten/);
      expect(problems).toEqual([]);
    });

    it('says what is wrong with data that cannot be learnt from', async () => {
      await using watched = await openPage(browser, product.webUrl);
      const { page } = watched;
      await page.goto('/models');
      const form = page.getByTestId('add-task');
      const empty = Buffer.from(zipSync({ 'dataset.json': new TextEncoder().encode('{}') }));
      await form
        .locator('input[type=file]')
        .setInputFiles({ name: 'x.zip', mimeType: 'application/zip', buffer: empty });
      await form.getByLabel('Name').fill('nothing');
      await page.getByTestId('start-training').click();
      await page.waitForURL('**/jobs/*', { timeout: patienceMs });
      await untilJob(page, 'FAILED');
      expect(await page.getByTestId('job-detail-error').getAttribute('data-code')).toMatch(/INVALID|CORRUPT/);
    });

    it('shows the certificate and promotes by keys, with a reason that stays in the history', async () => {
      await using watched = await openPage(browser, product.webUrl);
      const { page, problems } = watched;
      await page.goto('/models/balls');
      const certificate = page.getByTestId('certificate');
      await certificate.waitFor({ timeout: patienceMs });
      expect(await certificate.getByTestId('canaries').textContent()).toMatch(
        /1 of 1 outputs byte-identical/,
      );
      expect(await page.getByTestId('dice-matrix').locator('tbody tr').count()).toBe(2);
      await page.getByTestId('promote').press('Enter');
      await page.getByLabel('Why').fill('first certified version');
      await page.getByLabel('Why').press('Enter');
      await page.locator('[data-testid=alias][data-alias=champion]').waitFor({ timeout: patienceMs });
      expect(await page.getByTestId('alias-history').textContent()).toMatch(
        /@champion promoted to v1.*first certified version.*certificate: green over 1 tasks/s,
      );
      expect(problems).toEqual([]);
    });

    it('segments a case, lays the labels over the picture, hides one, and gives the files', async () => {
      await using watched = await openPage(browser, product.webUrl);
      const { page, problems, foreignRequests } = watched;
      await page.goto(casePath);
      const drawn = await waitForViewer(page);
      await page.getByTestId('ask-segment').press('Enter');
      const task = page.getByTestId('segment-form').locator('input[value=balls]');
      await task.waitFor({ timeout: patienceMs });
      await page.getByTestId('segment-form').locator('input[value=pvt-base]').uncheck();
      expect(await task.isChecked()).toBe(true);
      await page.getByTestId('segment').press('Enter');
      await page.getByTestId('segmentation-detail').waitFor({ timeout: 2 * patienceMs });
      const labelled = page.locator('[data-testid=viewer][data-labels=shown]');
      if (drawn === 'volume') await labelled.waitFor({ timeout: patienceMs });
      const structures = page.getByTestId('structure');
      expect(await structures.count()).toBeGreaterThan(0);
      expect(await structures.first().getByTestId('volume').textContent()).toMatch(/^[\d.,]+\smL$/);
      await structures.first().getByRole('checkbox').press('Space');
      expect(await structures.first().getByRole('checkbox').isChecked()).toBe(false);
      await takeScreenshot(page, 'case-labels');

      expect(await magic(page, 'download-nifti', 0)).toBe('1f8b');
      expect(await magic(page, 'download-dicom', 128)).toBe(Buffer.from('DI').toString('hex'));
      expect(new URL(page.url()).searchParams.has('seg')).toBe(true);
      await page.reload();
      if (drawn === 'volume') await labelled.waitFor({ timeout: patienceMs });
      await page.getByTestId('segmentation-choice').selectOption('');
      expect(new URL(page.url()).searchParams.has('seg')).toBe(false);
      if (drawn === 'volume') await page.locator('[data-testid=viewer][data-labels=none]').waitFor();
      expect([problems, foreignRequests]).toEqual([[], []]);
    });

    it.each(['dark', 'light'] as const)('is accessible and fits small windows, %s', async (theme) => {
      await using watched = await openPage(browser, product.webUrl, { theme });
      const { page, problems } = watched;
      const places = {
        models: { path: '/models', settled: 'growth' },
        model: { path: '/models/balls', settled: 'certificate' },
        job: { path: jobPath, settled: 'outcome' },
        segmented: { path: casePath, settled: 'segmentation-choice' },
      };
      for (const [name, { path, settled }] of Object.entries(places)) {
        await page.setViewportSize({ width: 1440, height: 900 });
        await page.goto(path);
        await page.getByTestId(settled).waitFor({ timeout: patienceMs });
        if (name === 'segmented') {
          await page.getByTestId('segmentation-choice').selectOption({ index: 1 });
          await page.getByTestId('segmentation-detail').waitFor();
        }
        await page.waitForLoadState('networkidle');
        expect(await axeViolations(page), name).toEqual([]);
        await takeScreenshot(page, `${name}-${theme}`);
        await page.setViewportSize({ width: 390, height: 844 });
        await expect.poll(() => overflowPx(page), { message: name }).toBeLessThanOrEqual(0);
        expect(await axeViolations(page), `${name}, narrow`).toEqual([]);
        await takeScreenshot(page, `${name}-${theme}-390`);
      }
      expect(problems).toEqual([]);
    });
  },
);

async function untilJob(page: Page, state: string): Promise<void> {
  const detail = page.getByTestId('job-detail-state');
  await expect.poll(() => detail.getAttribute('data-state'), { timeout: 2 * patienceMs }).toBe(state);
}

/** Two bytes of the file behind a link, as hex. */
async function magic(page: Page, testId: string, at: number): Promise<string> {
  const href = await page.getByTestId(testId).getAttribute('href');
  const answer = await page.request.get(href!);
  expect(answer.status()).toBe(200);
  return (await answer.body()).subarray(at, at + 2).toString('hex');
}

async function zipFolder(from: string): Promise<Buffer> {
  const files = (await readdir(from, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const entries = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return [path.slice(from.length + 1), new Uint8Array(await readFile(path))] as const;
  });
  return Buffer.from(zipSync(Object.fromEntries(await Promise.all(entries))));
}
