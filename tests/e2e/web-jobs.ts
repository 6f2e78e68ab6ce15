// Bringing cases in and watching the jobs: progress, cancelling, what was not taken; reports added, cases erased.
import { writeNiftiGz } from '@tomograph/imaging';
import { render } from '@tomograph/phantom';
import { expect, it } from 'vitest';
import { axeViolations, openPage, takeScreenshot, waitForViewer } from './browser.js';
import { cardLabels, type House, patienceMs, shownText, untilState, upload } from './web-steps.js';

const report = 'FINDINGS: Large hiatal hernia. No pneumothorax.\n\nIMPRESSION: Hiatal hernia.';

export function bringingIn(house: () => House): void {
  it('takes a scan with its report, shows the progress, and leads to the case, which can get a second report and be erased', async () => {
    await using watched = await openPage(house().browser, house().product.webUrl);
    const { page, problems, foreignRequests } = watched;
    await page.goto('/jobs');
    const scan = Buffer.from(await writeNiftiGz(render(901, { size: 96 }).volume));
    const stream = page.waitForResponse((response) => response.url().includes('/api/stream'));
    const row = await upload(page, 'scan.nii.gz', scan, report);
    expect((await stream).headers()['content-type']).toMatch(/^text\/event-stream/);
    await untilState(row, 'SUCCEEDED');
    await row.getByTestId('job-case').click();
    await page.waitForURL(/\/cases\//);
    expect(await waitForViewer(page)).toBe('volume');
    expect(await shownText(page.getByTestId('report'))).toMatch(/Large hiatal hernia/);

    await page.getByTestId('attach-report').click();
    await page.getByTestId('attach-text').fill('IMPRESSION: Addendum: a gallstone is present.');
    await page.getByTestId('attach-submit').click();
    await expect.poll(() => page.getByTestId('report').count(), { timeout: patienceMs }).toBe(2);
    expect((await page.getByTestId('report').allInnerTexts()).join(' ')).toMatch(/gallstone is present/);
    await expect
      .poll(() => page.locator(':focus').getAttribute('data-testid'), { timeout: patienceMs })
      .toBe('attach-report');

    const label = await shownText(page.getByTestId('case-label'));
    await page.getByTestId('erase-case').click();
    const dialog = page.getByRole('dialog', { name: `Erase case ${label}?` });
    await dialog.waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await takeScreenshot(page, 'erase');
    await page.keyboard.press('Enter'); // the focus is on the answer that keeps the case
    expect(await dialog.isVisible()).toBe(false);
    await page.getByTestId('erase-case').click();
    await dialog.getByTestId('erase-confirm').click();
    await page.waitForURL((url) => url.pathname === '/');
    expect(await cardLabels(page)).not.toContain(label);
    expect([problems, foreignRequests]).toEqual([[], []]);
  });

  it('follows a job by asking where the event stream is blocked, and shows it in another tab', async () => {
    await using watched = await openPage(house().browser, house().product.webUrl);
    const { page } = watched;
    await page.route('**/api/stream**', (route) => route.abort());
    await page.goto('/jobs');
    const other = await page.context().newPage();
    await other.goto('/jobs');
    await other.getByTestId('job').first().waitFor();
    const row = await upload(page, 'note.txt', Buffer.from('FINDINGS: Right renal cyst. No ascites.'));
    await untilState(row, 'SUCCEEDED');
    const label = await shownText(row.getByTestId('job-case'));
    await other.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`); // its tab is looked at again
    await other.getByTestId('job-case').getByText(label).waitFor();
    await page.goto('/?q=renal+cyst');
    await page.locator(`[data-case-label="${label}"]`).getByTestId('report-tile').waitFor();
    expect(await shownText(page.locator(`[data-case-label="${label}"] mark`))).toMatch(/renal cyst/i);
    await takeScreenshot(page, 'search-report-only');
  });

  it('says in words why a broken file was not taken', async () => {
    await using watched = await openPage(house().browser, house().product.webUrl);
    const { page, problems } = watched;
    await page.goto('/jobs');
    const whole = await writeNiftiGz(render(902, { size: 32 }).volume);
    const row = await upload(page, 'scan.nii.gz', Buffer.from(whole.slice(0, whole.length / 2)));
    await untilState(row, 'FAILED');
    const error = row.getByTestId('job-error');
    expect(await error.getAttribute('data-code')).toBe('FORMAT_CORRUPT');
    expect(await shownText(error)).toMatch(/^The file is damaged\. \S.+ FORMAT_CORRUPT$/s);
    await takeScreenshot(page, 'jobs');
    expect(problems).toEqual([]);
  });
}
