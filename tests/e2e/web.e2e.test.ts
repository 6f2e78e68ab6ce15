// The front end on the real product with demo cases, in a real browser: what a radiologist does, by mouse and by keys.
// One product and one browser serve all of it, in this order.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing, findChromium, launchBrowser, openPage, takeScreenshot } from './browser.js';
import { type Product, startProduct } from './product.js';
import { bringingIn } from './web-jobs.js';
import { everyPage } from './web-pages.js';
import { reading } from './web-reading.js';
import { searching } from './web-search.js';
import { type DemoCase, type House, patienceMs, untilState, waitForDemoCases } from './web-steps.js';

const chromium = findChromium();
if (!chromium) console.error(`! the browser tests are skipped: ${chromiumMissing}`);

describe.skipIf(!chromium)(
  `the front end${chromium ? '' : ` (${chromiumMissing})`}`,
  { timeout: 4 * patienceMs },
  () => {
    let product: Product;
    let browser: Browser;
    let cases: DemoCase[];
    const house = (): House => ({ product, browser, cases });

    beforeAll(async () => {
      product = await startProduct();
      browser = await launchBrowser();
    }, 2 * patienceMs);
    afterAll(async () => {
      await browser?.close();
      await product?.[Symbol.asyncDispose]();
    });

    // First, while the demo cases are made: what comes after has the machine for itself.
    it('shows a job as it runs and cancels it', async () => {
      await using watched = await openPage(browser, product.webUrl);
      const { page, problems } = watched;
      await page.goto('/jobs');
      const demo = page.locator('[data-testid=job][data-state=RUNNING]');
      const bar = demo.getByRole('progressbar');
      const first = Number(await bar.getAttribute('value'));
      await expect
        .poll(async () => Number(await bar.getAttribute('value')), { timeout: patienceMs })
        .toBeGreaterThan(first);
      await waitForDemoCases(product, 8);
      await takeScreenshot(page, 'jobs-running');
      await demo.getByTestId('cancel-job').click();
      await untilState(page.getByTestId('job').first(), 'CANCELLED');
      expect(problems).toEqual([]);
      cases = await waitForDemoCases(product, 8);
    });

    searching(house);
    reading(house);
    bringingIn(house);
    everyPage(house);
  },
);
