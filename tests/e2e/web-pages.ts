// Every page in both themes: accessible, no wider than its window, and asking nobody else. Dialogs and forms too.
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { axeViolations, openPage, takeScreenshot, waitForViewer } from './browser.js';
import { type House, overflowPx, shownText } from './web-steps.js';

interface Place {
  readonly path: string;
  /** Until everything that the page shows is there. */
  readonly settle: (page: Page) => Promise<unknown>;
}

function placesOf(caseId: string): Record<string, Place> {
  return {
    search: {
      path: '/?q=pleural+effusion%2C+no+lung+nodule',
      settle: (page) => page.getByTestId('why-toggle').first().click(),
    },
    nothing: {
      path: '/?q=emphysema&demo=none',
      settle: (page) => page.getByTestId('empty').waitFor(),
    },
    case: {
      path: `/cases/${encodeURIComponent(caseId)}`,
      async settle(page) {
        await waitForViewer(page);
        await page.getByTestId('similar-case').first().waitFor();
        await page.getByTestId('attach-report').click();
      },
    },
    jobs: { path: '/jobs', settle: (page) => page.getByTestId('job').first().waitFor() },
    about: { path: '/about', settle: (page) => page.getByTestId('key').first().waitFor() },
  };
}

export function everyPage(house: () => House): void {
  it.each(['dark', 'light'] as const)(
    'is accessible, fits small windows and asks nobody else, %s',
    async (theme) => {
      await using watched = await openPage(house().browser, house().product.webUrl, { theme });
      const { page, problems, foreignRequests } = watched;
      for (const [name, { path, settle }] of Object.entries(placesOf(house().cases[0]!.id))) {
        await page.setViewportSize({ width: 1440, height: 900 });
        await page.goto(path);
        await settle(page);
        await page.waitForLoadState('networkidle');
        expect(await axeViolations(page), name).toEqual([]);
        expect(await shownText(page.getByTestId('research-use-only')), name).toMatch(/research use only/i);
        await takeScreenshot(page, `${name}-${theme}`);
        await page.setViewportSize({ width: 390, height: 844 });
        await expect.poll(() => overflowPx(page), { message: name }).toBeLessThanOrEqual(0);
        expect(await axeViolations(page), `${name}, narrow`).toEqual([]);
        await takeScreenshot(page, `${name}-${theme}-390`);
      }
      await page.getByRole('button', { name: 'Keys' }).click();
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      expect(await axeViolations(page), 'keys').toEqual([]);
      await takeScreenshot(page, `keys-${theme}-390`);
      expect([problems, foreignRequests]).toEqual([[], []]);
    },
  );
}
