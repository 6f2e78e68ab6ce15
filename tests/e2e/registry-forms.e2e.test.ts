// The forms of the registry in a real browser on the real product: import an adapter, gates of an alias, taking an alias away,
// webhooks. Wrong inputs show their typed error beside the form. On a base of random weights.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BaseManifest, PeftFiles } from '@tomograph/registry';
import { zipSync } from 'fflate';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handMadeAdapter } from '../../apps/worker/src/testing/hand-made-adapter.js';
import { writeTinyBase } from '../../apps/worker/src/testing/tiny-base.js';
import {
  axeViolations,
  chromiumMissing,
  findChromium,
  launchBrowser,
  openPage,
  takeScreenshot,
} from './browser.js';
import { type Product, startProduct } from './product.js';
import { overflowPx, patienceMs } from './web-steps.js';

const chromium = findChromium();
if (!chromium) console.error(`! the browser tests of the registry's forms are skipped: ${chromiumMissing}`);

describe.skipIf(!chromium)(
  `the registry's forms${chromium ? '' : ` (${chromiumMissing})`}`,
  { timeout: 4 * patienceMs },
  () => {
    let folder: string;
    let product: Product;
    let browser: Browser;
    let base: BaseManifest;
    let receiver: Server;
    let answer = 400;
    const received: string[] = [];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'tg-forms-'));
      base = await writeTinyBase(join(folder, 'base'));
      receiver = createServer((req, res) => {
        received.push(String(req.headers['x-tomograph-delivery-id']));
        res.writeHead(answer).end();
      });
      await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
      process.env.TOMOGRAPH_BASE = join(folder, 'base');
      process.env.WEBHOOK_PRIVATE_HOSTS = '127.0.0.1';
      product = await startProduct('--no-demo');
      delete process.env.TOMOGRAPH_BASE;
      delete process.env.WEBHOOK_PRIVATE_HOSTS;
      browser = await launchBrowser();
    }, 3 * patienceMs);
    afterAll(async () => {
      await browser?.close();
      await product?.[Symbol.asyncDispose]();
      receiver?.close();
      await rm(folder, { recursive: true, force: true });
    });

    const failureIn = async (form: Locator): Promise<string | null> => {
      await form.getByTestId('failure').waitFor({ timeout: patienceMs });
      return form.getByTestId('failure').getAttribute('data-code');
    };

    it('says beside the form, by its code, why an adapter is not taken', async () => {
      await using watched = await openPage(browser, product.webUrl);
      const { page } = watched;
      await page.goto('/models');
      const form = page.getByTestId('import-adapter');
      await form.waitFor({ timeout: patienceMs });
      await form.getByLabel('Name of the task').fill('thing');
      const good = handMadeAdapter(base, 0.5);
      const wrong: [string, object[]][] = [
        ['INVALID_ARGUMENT', [file('notes.txt', 'nothing')]],
        ['FORMAT_CORRUPT', [file('adapter.zip', 'no zip')]],
        ['ADAPTER_BASE_MISMATCH', filesOf(handMadeAdapter(base, 0.5, { config: { revision: otherDigest } }))],
        ['ADAPTER_SHAPE_MISMATCH', filesOf(handMadeAdapter(base, 0.5, { config: { r: 2 } }))],
        ['LICENCE_MISSING', filesOf({ ...good, card: undefined })],
        ['TENSOR_FILE_INVALID', filesOf({ ...good, adapterModel: good.adapterModel.slice(0, -5) })],
      ];
      for (const [code, files] of wrong) {
        await form.getByTestId('import-files').setInputFiles(files as never);
        await form.getByTestId('start-import').click();
        await expect.poll(() => failureIn(form), { message: code, timeout: patienceMs }).toBe(code);
      }
      await takeScreenshot(page, 'import-refused');
      expect(new URL(page.url()).pathname).toBe('/models');
    });

    it('imports an adapter from a zip as a job with a page of its own', async () => {
      await using watched = await openPage(browser, product.webUrl);
      const { page, problems } = watched;
      await importThing(page, 0.5);
      expect(await page.getByTestId('outcome').textContent()).toMatch(/models:\/thing\/1.*Nothing forgotten/);
      await takeScreenshot(page, 'import-job');
      await page.goto('/models/thing');
      const certificate = page.getByTestId('certificate');
      await certificate.waitFor({ timeout: patienceMs });
      expect(await certificate.getByTestId('transfer').textContent()).toContain('forward not defined');
      expect(await certificate.getByTestId('not-replayed').textContent()).toMatch(
        /thing v1: not defined here/,
      );
      expect(problems).toEqual([]);
    });

    it('sets gates, says which of them keeps a version out, and takes an alias away', async () => {
      await using watched = await openPage(browser, product.webUrl);
      const { page, problems } = watched;
      await page.goto('/models/thing');
      const panel = page.getByTestId('aliases');
      await panel.getByTestId('set-policy').click({ timeout: patienceMs });
      const form = panel.getByTestId('policy-form');
      expect(await form.getByLabel(/Needs a green certificate/).isChecked()).toBe(true); // champion, as it stands
      await form.getByLabel('Alias').fill('night');
      await form.getByLabel(/Protected/).check();
      await form.getByLabel(/Needs a green certificate/).uncheck();
      await form.getByLabel('Why').fill('only by an administrator');
      await form.getByTestId('policy-confirm').click();
      const night = panel.locator('[data-testid=alias-policy][data-alias=night]');
      await night.waitFor({ timeout: patienceMs });
      expect(await night.textContent()).toMatch(/protected.*no gate/);

      const version = page.getByTestId('version').first();
      await version.getByTestId('promote').click();
      await version.getByLabel('Alias').fill('night');
      await version.getByLabel('Why').fill('try');
      await version.getByTestId('promote-confirm').click();
      const alias = panel.locator('[data-testid=alias][data-alias=night]');
      await alias.waitFor({ timeout: patienceMs });
      await takeScreenshot(page, 'alias-gates');
      await alias.getByTestId('remove-alias').click();
      await alias.getByLabel('Why').fill('over');
      await alias.getByTestId('remove-alias-confirm').click();
      await alias.waitFor({ state: 'detached', timeout: patienceMs });
      expect(await panel.getByTestId('alias-history').textContent()).toMatch(/@night removed from v1.*over/s);
      expect(problems).toEqual([]);
    });

    it('makes a webhook, shows its secret once, logs a failed delivery, sends it again, and disables it', async () => {
      await using watched = await openPage(browser, product.webUrl);
      const { page } = watched;
      await page.goto('/models');
      const panel = page.getByTestId('webhooks');
      const form = panel.getByTestId('new-webhook');
      await form.getByLabel('Address').fill('http://10.0.0.1/x', { timeout: patienceMs });
      await form.getByTestId('create-webhook').click();
      expect(await failureIn(form)).toBe('INVALID_ARGUMENT');
      await takeScreenshot(page, 'webhook-refused');
      const { port } = receiver.address() as AddressInfo;
      await form.getByLabel('Address').fill(`http://127.0.0.1:${port}/hook`);
      await form.getByTestId('create-webhook').click();
      await panel.getByTestId('webhook-secret').waitFor({ timeout: patienceMs });
      await panel.getByRole('button', { name: 'Done' }).click();
      expect(await panel.getByTestId('webhook-secret').count()).toBe(0);

      const row = panel.getByTestId('webhook');
      await row.getByTestId('test-webhook').click();
      await row.locator('summary').click();
      await row.locator('[data-testid=delivery][data-state=FAILED]').waitFor({ timeout: patienceMs });
      expect(await row.getByTestId('delivery').textContent()).toContain('HTTP 400');
      answer = 204;
      await row.getByTestId('retry-delivery').click();
      await expect
        .poll(
          async () => {
            await row.getByRole('button', { name: 'Look again' }).click();
            return row.getByTestId('delivery').getAttribute('data-state');
          },
          { timeout: patienceMs, interval: 1000 },
        )
        .toBe('DELIVERED');
      await takeScreenshot(page, 'webhook-log');
      expect(new Set(received).size).toBe(1); // one delivery id, twice
      expect(received).toHaveLength(2);
      expect(await axeViolations(page)).toEqual([]);
      await row.getByTestId('disable-webhook').click();
      await panel.locator('[data-testid=webhook][data-disabled=true]').waitFor({ timeout: patienceMs });
    });

    it.each(['dark', 'light'] as const)('is accessible and fits small windows, %s', async (theme) => {
      await using watched = await openPage(browser, product.webUrl, { theme });
      const { page } = watched;
      for (const path of ['/models', '/models/thing']) {
        await page.setViewportSize({ width: 1440, height: 1600 });
        await page.goto(path);
        await page
          .getByTestId(path === '/models' ? 'webhooks' : 'set-policy')
          .click({ timeout: patienceMs, position: { x: 5, y: 5 } });
        await page.waitForLoadState('networkidle');
        expect(await axeViolations(page), path).toEqual([]);
        await takeScreenshot(page, `forms-${path.split('/').at(-1)}-${theme}`);
        await page.setViewportSize({ width: 390, height: 844 });
        await expect.poll(() => overflowPx(page), { message: path }).toBeLessThanOrEqual(0);
      }
    });

    async function importThing(page: Page, level: number): Promise<void> {
      await page.goto('/models');
      const form = page.getByTestId('import-adapter');
      await form.getByLabel('Name of the task').fill('thing', { timeout: patienceMs });
      const { adapterConfig, adapterModel, card } = handMadeAdapter(base, level);
      const zip = zipSync({
        'by-hand/adapter_config.json': adapterConfig,
        'by-hand/adapter_model.safetensors': adapterModel,
        'by-hand/README.md': card!,
      });
      await form.getByTestId('import-files').setInputFiles(file('adapter.zip', zip) as never);
      await form.getByTestId('start-import').click();
      await page.waitForURL('**/jobs/*', { timeout: patienceMs });
      const detail = page.getByTestId('job-detail-state');
      await expect
        .poll(() => detail.getAttribute('data-state'), { timeout: 2 * patienceMs })
        .toBe('SUCCEEDED');
    }
  },
);

const otherDigest = `sha256:${'0'.repeat(64)}`;

function file(name: string, content: string | Uint8Array) {
  return { name, mimeType: 'application/octet-stream', buffer: Buffer.from(content as Uint8Array) };
}

function filesOf({ adapterConfig, adapterModel, card }: PeftFiles) {
  return [
    file('adapter_config.json', adapterConfig),
    file('adapter_model.safetensors', adapterModel),
    ...(card === undefined ? [] : [file('README.md', card)]),
  ];
}
