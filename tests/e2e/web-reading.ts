// From the results into a case and back: by keys alone, and what stands on the case page.
import { expect, it } from 'vitest';
import { openPage, waitForViewer } from './browser.js';
import { cardLabels, type House, openSearch, patienceMs, shownText } from './web-steps.js';

export function reading(house: () => House): void {
  it('is searched, entered and read by keys alone', async () => {
    await using watched = await openPage(house().browser, house().product.webUrl);
    const { page, problems } = watched;
    const { keyboard } = page;
    const focused = () => page.locator(':focus');
    await openSearch(page);
    await keyboard.press('/');
    await keyboard.type('emphysema');
    await keyboard.press('Enter');
    await page.locator('mark').first().waitFor();
    const labels = await cardLabels(page);
    await keyboard.press('ArrowDown');
    expect(await shownText(focused())).toBe(labels[0]);
    await keyboard.press('w');
    await page.getByTestId('why').first().waitFor();
    await keyboard.press('ArrowRight');
    expect(await shownText(focused())).toBe(labels[1]);
    await keyboard.press('ArrowLeft');
    await keyboard.press('Enter');
    await page.waitForURL(/\/cases\//);
    expect(await waitForViewer(page)).toBe('volume');
    expect(await shownText(page.getByTestId('case-label'))).toBe(labels[0]);
    const windows = {
      2: 'W 1500 L -600',
      3: 'W 150 L 90',
      4: 'W 2500 L 480',
      5: 'W 80 L 40',
      1: 'W 400 L 40',
    };
    for (const key of [2, 3, 4, 5, 1] as const) {
      await keyboard.press(String(key));
      await expect
        .poll(() => shownText(page.getByTestId('window-level')), { timeout: patienceMs })
        .toContain(windows[key]);
    }
    await keyboard.press('2');
    await keyboard.press('i');
    await expect.poll(() => page.getByTestId('invert').getAttribute('aria-pressed')).toBe('true');
    expect(new URL(page.url()).searchParams.get('invert')).toBe('1');
    const slice = () => shownText(page.getByTestId('slice-axial'));
    const middle = await slice();
    await keyboard.press('ArrowUp');
    await expect.poll(slice, { timeout: patienceMs }).not.toBe(middle);
    await keyboard.press(' ');
    await expect.poll(slice, { timeout: patienceMs }).toBe(middle);
    expect(await page.getByTestId('invert').getAttribute('aria-pressed')).toBe('false');
    await page.goBack(); // one step, however often the window was changed
    await page.getByTestId('case-card').first().waitFor();
    await expect.poll(() => shownText(focused()), { timeout: patienceMs }).toBe(labels[0]);
    await keyboard.press('Enter');
    await page.waitForURL(/\/cases\//);
    await keyboard.press('/');
    await page.waitForURL((url) => url.pathname === '/');
    await expect
      .poll(() => focused().getAttribute('data-testid'), { timeout: patienceMs })
      .toBe('search-text');
    expect(problems).toEqual([]);
  });

  it('reads a case: planes with letters and slice numbers, the report beside, cases like it below', async () => {
    await using watched = await openPage(house().browser, house().product.webUrl);
    const { page, problems, foreignRequests } = watched;
    await page.goto(`/cases/${encodeURIComponent(house().cases[0]!.id)}`);
    expect(await waitForViewer(page)).toBe('volume');
    const letters = {
      axial: ['R', 'L', 'A', 'P'],
      coronal: ['R', 'L', 'H', 'F'],
      sagittal: ['A', 'P', 'H', 'F'],
    };
    for (const [plane, expected] of Object.entries(letters)) {
      expect(await page.getByTestId(`letters-${plane}`).locator('span').allInnerTexts()).toEqual(expected);
      expect(await shownText(page.getByTestId(`slice-${plane}`))).toMatch(/^\d+\/96$/);
      expect(await shownText(page.getByTestId(`scale-${plane}`))).toMatch(/^\d+ c?m/);
    }
    expect(await shownText(page.getByTestId('report'))).toMatch(/pleural effusion/i);
    expect(await shownText(page.getByTestId('reading-notes'))).toMatch(/phantom, not a patient/);
    const similar = page.getByTestId('similar-case');
    await similar.first().waitFor();
    const ids = await similar.evaluateAll((items) => items.map((item) => item.getAttribute('data-case-id')));
    expect(ids.length).toBeGreaterThanOrEqual(5);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toContain(house().cases[0]!.id);
    expect([problems, foreignRequests]).toEqual([[], []]);
  });
}
