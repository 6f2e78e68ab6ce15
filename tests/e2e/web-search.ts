// Searching in the browser: by words, by X-ray, by both; what stands in the address; what is wrong, in words.
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { openPage, takeScreenshot } from './browser.js';
import { cardLabels, demoXray, dropFile, type House, openSearch, shownText } from './web-steps.js';

export function searching(house: () => House): void {
  it('says how it understood a text with a negation, marks what matched and why', async () => {
    await using watched = await openPage(house().browser, house().product.webUrl);
    const { page, problems, foreignRequests } = watched;
    await page.goto('/');
    await page.getByTestId('search-text').fill('pleural effusion, no lung nodule');
    await page.getByTestId('search-submit').click();
    await page.locator('mark').first().waitFor();
    const understood = await shownText(page.getByTestId('query-findings'));
    expect(understood).toMatch(/\+ pleural effusion.*− no lung nodule/);
    expect(await cardLabels(page)).toContain(house().cases[0]!.label); // seed 1: "Mild bilateral pleural effusion."
    const sentences = await page.getByTestId('matched-sentence').allInnerTexts();
    for (const sentence of sentences) expect(sentence).not.toMatch(/\b(no|without)\b.*effusion/i);
    const card = page.locator(`[data-case-label="${house().cases[0]!.label}"]`);
    await card.getByTestId('why-toggle').click();
    expect(await shownText(card.getByTestId('why'))).toMatch(
      /Report text rank \d+ · score \d+\.\d+ \+0\.\d+ A sentence of its report says it/,
    );
    expect(await shownText(page.getByTestId('channels'))).toMatch(/Report text full text, \d+ candidate/);
    await takeScreenshot(page, 'search-text');
    expect([problems, foreignRequests]).toEqual([[], []]);
  });

  it('keeps query and filters in the address, through reload, back and a file of study ids', async () => {
    await using watched = await openPage(house().browser, house().product.webUrl);
    const { page, problems } = watched;
    await page.goto('/?q=emphysema');
    const all = await cardLabels(page);
    expect(all.length).toBeGreaterThanOrEqual(2);
    await page.getByTestId('filters').getByText('CT', { exact: true }).click();
    await page.waitForURL(/modality=CT/);
    await page.getByTestId('filters').getByText('X-ray (DX)').click();
    await page.waitForURL(/modality=CT&modality=DX/);
    await page.getByTestId('filters').getByText('Demo only').click();
    await page.waitForURL(/demo=only/);
    expect(await cardLabels(page)).toEqual(all);
    await page.getByTestId('filters').getByText('No demo').click();
    await page.waitForURL(/demo=none/);
    await page.getByTestId('empty').waitFor();
    await page.reload();
    await page.getByTestId('empty').waitFor();
    expect(await page.getByTestId('search-text').inputValue()).toBe('emphysema');
    expect(await page.getByRole('checkbox', { name: 'No demo' }).isChecked()).toBe(true);
    await page.goBack();
    await page.waitForURL(/demo=only/);
    await expect.poll(() => cardLabels(page)).toEqual(all);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByTestId('export-jsonl').click(),
    ]);
    const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { label: string }).label)).toEqual(all);
    const { stdout } = await house().product.command('search', 'emphysema', '--json');
    expect(
      (JSON.parse(stdout) as { hits: { studyId: string }[] }).hits.map(({ studyId }) => studyId),
    ).toEqual(lines.map((line) => (JSON.parse(line) as { studyId: string }).studyId));
    expect(problems).toEqual([]);
  });

  it('finds the CT that a dropped X-ray was made of among the first five', async () => {
    await using watched = await openPage(house().browser, house().product.webUrl);
    const { page, problems, foreignRequests } = watched;
    const seed = 2; // a case with CT and film
    const { png, reportText } = await demoXray(seed);
    const own = house().cases.find(({ reports }) => reports[0]?.text === reportText);
    expect(own?.label, 'the case of the seed').toBe(house().cases[seed - 1]!.label);
    await openSearch(page);
    await dropFile(page.getByTestId('search-form'), 'film.png', 'image/png', png);
    await page.waitForURL(/xray=/);
    await page.getByTestId('query-xray').getByRole('img', { name: 'Query X-ray' }).waitFor();
    await page.locator('[data-channel=IMAGE]').first().waitFor();
    const rank = (await cardLabels(page)).indexOf(own!.label) + 1;
    expect(rank).toBeGreaterThan(0);
    expect(rank).toBeLessThanOrEqual(5);
    await page.getByTestId('search-text').fill('lymphadenopathy');
    await page.getByTestId('search-text').press('Enter');
    await page.waitForURL(/q=lymphadenopathy&xray=/);
    await page.locator('mark').first().waitFor();
    expect((await cardLabels(page))[0]).toBe(own!.label); // film and report agree
    await page.locator(`[data-case-label="${own!.label}"]`).getByTestId('why-toggle').click();
    await takeScreenshot(page, 'search-xray');
    await page.reload();
    expect((await cardLabels(page))[0]).toBe(own!.label);
    expect([problems, foreignRequests]).toEqual([[], []]);
  });

  it('puts the CT of a dropped X-ray before every other CT where no film of it is stored', async () => {
    await using watched = await openPage(house().browser, house().product.webUrl);
    const { page } = watched;
    const { png } = await demoXray(3); // a case with CT alone
    await openSearch(page);
    await dropFile(page.getByTestId('filters'), 'film.png', 'image/png', png); // beside the bar is no less meant
    await page.locator('[data-channel=IMAGE]').first().waitFor();
    const labels = await cardLabels(page);
    expect(labels.slice(0, 5), 'whatever films are stored beside it').toContain(house().cases[2]!.label);
    const answeredBy: string[] = [];
    for (const label of labels) {
      const card = page.locator(`[data-case-label="${label}"]`);
      await card.getByTestId('why-toggle').click();
      if (/of its CT/.test(await shownText(card.getByTestId('why')))) answeredBy.push(label);
    }
    expect(answeredBy.length).toBeGreaterThanOrEqual(3);
    expect(answeredBy[0]).toBe(house().cases[2]!.label);
  });

  it('says in words that what was dropped is no X-ray', async () => {
    await using watched = await openPage(house().browser, house().product.webUrl);
    const { page } = watched;
    await openSearch(page);
    await dropFile(
      page.getByTestId('search-form'),
      'letter.png',
      'image/png',
      Buffer.from('Dear colleague,'),
    );
    const failure = page.getByTestId('failure');
    await failure.waitFor();
    expect(await failure.getAttribute('data-code')).toMatch(/^(FORMAT_UNKNOWN|FORMAT_CORRUPT|NOT_AN_IMAGE)$/);
    expect(await shownText(failure)).not.toMatch(/Something went wrong/);
  });

  it.each([
    ['a case that is not there', '/?like=Q2FzZTow', /^(NOT_FOUND|INVALID_ARGUMENT)$/],
    ['an X-ray that was never sent', '/?xray=VXBsb2FkOjA', /^(NOT_FOUND|INVALID_ARGUMENT)$/],
  ])('says in words what is wrong with %s in the address', async (_what, address, code) => {
    await using watched = await openPage(house().browser, house().product.webUrl);
    const { page } = watched;
    await page.goto(address);
    const failure = page.getByTestId('failure').first();
    await failure.waitFor();
    expect(await failure.getAttribute('data-code')).toMatch(code);
    expect(await shownText(failure)).not.toMatch(/Something went wrong/);
  });

  it('leads from a page of another answer to the first page of this one', async () => {
    await using watched = await openPage(house().browser, house().product.webUrl);
    const { page } = watched;
    await page.goto('/?q=emphysema&after=elsewhere');
    const failure = page.locator('[data-testid=failure][data-code=CURSOR_INVALID]');
    await failure.getByRole('button', { name: 'Try again' }).click();
    await page.getByTestId('case-card').first().waitFor();
    expect(new URL(page.url()).search).toBe('?q=emphysema');
  });

  it('says that a range of days ends before it begins, and leads out of filters that nothing fits', async () => {
    await using watched = await openPage(house().browser, house().product.webUrl);
    const { page } = watched;
    await page.goto('/?from=2020-02-02&to=2020-01-01');
    await page.getByTestId('empty').waitFor();
    expect(await shownText(page.getByTestId('filters'))).toMatch(/“From” lies after “To”/);
    await page.getByTestId('empty').getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByTestId('case-card').first().waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  it('says that the network is gone, and goes on where it stood once it is back', async () => {
    await using watched = await openPage(house().browser, house().product.webUrl);
    const { page } = watched;
    await openSearch(page, '/?q=emphysema');
    const labels = await cardLabels(page);
    await page.context().setOffline(true);
    await page.getByTestId('search-submit').click();
    const failure = page.locator('[data-testid=failure][data-code=OFFLINE]');
    await failure.waitFor();
    await takeScreenshot(page, 'search-offline');
    await page.context().setOffline(false);
    await failure.getByRole('button', { name: 'Try again' }).click();
    await page.getByTestId('case-card').first().waitFor();
    expect(await cardLabels(page)).toEqual(labels);
  });
}
