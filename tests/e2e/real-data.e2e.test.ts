// The main job on real input, through the public doors only: command line, GraphQL, browser.
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCsv } from '../csv.js';
import { sharedData } from '../shared-data.js';
import { chromiumMissing, findChromium, launchBrowser, openPage } from './browser.js';
import { type Product, startProduct } from './product.js';

const data = sharedData();
const scans = [
  ['LIDC', 'ct_lidc0314/dicom'],
  ['CRLM', 'ct_crlm_abdomen/CRLM-CT-1004'],
  ['TotalSegmentator abdomen', 'ct_totalseg/example_ct.nii.gz'],
  ['TotalSegmentator DICOM', 'ct_totalseg/example_ct_dicom'],
  ['CIP', 'ct_cip_chest/ct-64Dicom'],
  ['RICORD', 'ct_ricord_chest/MIDRC-RICORD-1B'],
] as const;
const reportCount = 300;
const output = process.env.TOMOGRAPH_TEST_OUTPUT ?? join(process.cwd(), 'test-output');

interface Outcome {
  path: string;
  studies: { studyId: string; kind: string; duplicate: boolean; sources: string[] }[];
  refused: { source: string; code: string }[];
}

if (!data) console.error('! the real-data tests are skipped: no shared data beside the checkout');
if (!findChromium()) console.error(`! the browser tests are skipped: ${chromiumMissing}`);

describe.skipIf(!data)('real scans, X-rays and reports', { timeout: 240_000 }, () => {
  let product: Product;
  let scratch: string;
  const studyOf = new Map<string, string>();

  const ingest = async (...args: string[]): Promise<Outcome[]> => {
    const { code, stdout, stderr } = await product.command('ingest', '--json', ...args);
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as Outcome[];
  };

  beforeAll(async () => {
    product = await startProduct('--no-demo');
    scratch = await mkdtemp(join(tmpdir(), 'tomograph-reports-'));
    await mkdir(output, { recursive: true });
  }, 120_000);

  afterAll(async () => {
    await product?.[Symbol.asyncDispose]();
    await rm(scratch, { recursive: true, force: true });
  });

  it('ingests every real CT by the command line, once', async () => {
    const paths = scans.map(([, path]) => join(data!, path));
    const outcomes = await ingest(...paths);
    for (const [at, [name]] of scans.entries()) {
      const ct = outcomes[at]!.studies.find(({ kind }) => kind === 'CT');
      expect(ct, name).toBeDefined();
      expect(outcomes[at]!.path, name).toBe(paths[at]);
      studyOf.set(name, ct!.studyId);
    }
    expect(new Set(studyOf.values()).size).toBe(scans.length);
    const [again] = await ingest(paths[1]!);
    expect(again!.studies).toMatchObject([{ studyId: studyOf.get('CRLM'), duplicate: true }]);
  });

  it('ingests X-rays with their notes', async () => {
    const rows = parseCsv(readFileSync(join(data!, 'cxr_covid_notes/metadata.csv'), 'utf8')).filter(
      (row) => row.modality === 'X-ray' && row.clinical_notes,
    );
    for (const [at, row] of rows.slice(0, 6).entries()) {
      const note = join(scratch, `note-${at}.txt`);
      await writeFile(note, row.clinical_notes!);
      const [outcome] = await ingest(
        join(data!, 'cxr_covid_notes', row.folder!, row.filename!),
        '--report',
        note,
      );
      expect(outcome!.studies, row.filename).toMatchObject([{ kind: 'XRAY' }]);
    }
  });

  it(`ingests ${reportCount} reports and answers text with sentences that match and none that negate`, async () => {
    const rows = parseCsv(readFileSync(join(data!, 'reports_ctrate_labels/train.csv'), 'utf8')).slice(
      0,
      reportCount,
    );
    const folder = join(scratch, 'reports');
    await mkdir(folder);
    for (const [at, row] of rows.entries()) await writeFile(join(folder, `${at}.txt`), row.report_text!);
    const [outcome] = await ingest(folder);
    // identical texts are one report, so one study
    const texts = new Set(rows.map((row) => row.report_text!.trim()));
    expect(outcome!.refused).toEqual([]);
    expect(outcome!.studies.length).toBe(texts.size);
    expect(outcome!.studies.flatMap(({ sources }) => sources).length).toBe(reportCount);
    const labelled = new Map(
      outcome!.studies.map(({ studyId, sources }) => [studyId, rows[Number.parseInt(sources[0]!, 10)]!]),
    );

    for (const [query, label] of [
      ['pleural effusion', 'Pleural effusion'],
      ['emphysema', 'Emphysema'],
      ['hiatal hernia', 'Hiatal hernia'],
    ] as const) {
      const { stdout } = await product.command('search', query, '--first', '20', '--json');
      const page = JSON.parse(stdout) as {
        hits: { studyId: string; why: { sentence?: { text: string } }[] }[];
      };
      const sentences = page.hits.flatMap(({ why }) =>
        why.flatMap(({ sentence }) => (sentence ? [sentence.text] : [])),
      );
      expect(sentences.length, query).toBeGreaterThan(5);
      for (const sentence of sentences) expect(denies(sentence), `${query}: ${sentence}`).toBe(false);
      const right = page.hits.filter(({ studyId }) => labelled.get(studyId)?.[label]?.startsWith('1')).length;
      expect(right / page.hits.length, `${query}: share of hits with the label`).toBeGreaterThanOrEqual(0.8);
    }
    const { stdout } = await product.command('search', 'no pleural effusion', '--first', '20', '--json');
    const page = JSON.parse(stdout) as { hits: { studyId: string }[] };
    expect(page.hits.length).toBe(20);
    const wrong = page.hits.filter(({ studyId }) =>
      labelled.get(studyId)?.['Pleural effusion']?.startsWith('1'),
    );
    expect(wrong.length / page.hits.length).toBeLessThanOrEqual(0.1);
  });

  it('finds a CT by its own voxels and lists similar ones by its id', async () => {
    const { stdout } = await product.command(
      'search',
      '--xray',
      join(data!, scans[0][1]),
      '--first',
      '3',
      '--json',
    );
    expect((JSON.parse(stdout) as { hits: { studyId: string }[] }).hits[0]!.studyId).toBe(
      studyOf.get('LIDC'),
    );
    const similar = JSON.parse(
      (await product.command('search', '--study', studyOf.get('LIDC')!, '--json')).stdout,
    );
    expect(similar.hits.length).toBeGreaterThan(0);
    expect(similar.hits.map(({ studyId }: { studyId: string }) => studyId)).not.toContain(
      studyOf.get('LIDC'),
    );
  });

  it('takes an upload through GraphQL and PUT, and shows the case', async () => {
    const bytes = readFileSync(join(data!, 'ct_totalseg/example_ct.nii.gz'));
    const { createUpload } = await product.graphql<{
      createUpload: { upload: { id: string }; uploadUrl: string };
    }>(
      `mutation($bytes: Int!) { createUpload(input: { bytes: $bytes, kind: IMAGE_OR_ARCHIVE }) { upload { id } uploadUrl userErrors { message } } }`,
      { bytes: bytes.length },
    );
    const put = await fetch(new URL(createUpload.uploadUrl, product.apiUrl), {
      method: 'PUT',
      body: bytes,
      headers: { authorization: `Bearer ${await product.key()}` },
    });
    expect(put.status).toBeLessThan(300);
    const { ingestUpload } = await product.graphql<{ ingestUpload: { job: { id: string } } }>(
      `mutation($upload: ID!) { ingestUpload(input: { upload: $upload, reportText: "Findings: No focal liver lesion." }) { job { id } userErrors { message } } }`,
      { upload: createUpload.upload.id },
    );
    await expect
      .poll(
        async () => {
          const { job } = await product.graphql<{
            job: { state: string; error: { message: string } | null };
          }>('query($id: ID!) { job(id: $id) { state error { message } } }', { id: ingestUpload.job.id });
          return job.error?.message ?? job.state;
        },
        { timeout: 60_000, interval: 500 },
      )
      .toBe('SUCCEEDED');
    const { job } = await product.graphql<{
      job: { cases: { label: string; series: { size: number[] }[]; reports: { text: string }[] }[] };
    }>('query($id: ID!) { job(id: $id) { cases { label series { size } reports { text } } } }', {
      id: ingestUpload.job.id,
    });
    expect(job.cases[0]!.series[0]!.size).toEqual([122, 101, 112]);
    expect(job.cases[0]!.reports.map(({ text }) => text).join()).toMatch(/No focal liver lesion/);
  });

  describe.skipIf(!findChromium())('in a browser', () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchBrowser();
    });
    afterAll(() => browser?.close());

    it('shows the search page with matches and the case page with the scan, asking nothing of other hosts', async () => {
      await using watched = await openPage(browser, product.webUrl);
      const { page, foreignRequests, problems } = watched;
      await page.goto('/?q=emphysema');
      await page.locator('mark').first().waitFor();
      await page.screenshot({ path: join(output, 'search.png') });
      const { case: lidc } = await product.graphql<{ case: { id: string } | null }>(
        'query($id: ID!) { case(id: $id) { id } }',
        {
          id: globalId('Case', studyOf.get('LIDC')!),
        },
      );
      await page.goto(`/cases/${encodeURIComponent(lidc!.id)}`);
      await page.locator('canvas').first().waitFor();
      await page.waitForLoadState('networkidle');
      await expect.poll(() => drawnShare(page), { timeout: 60_000, interval: 500 }).toBeGreaterThan(0.05);
      await page.screenshot({ path: join(output, 'case.png') });
      await expect(
        page
          .getByText(/research use only/i)
          .first()
          .isVisible(),
      ).resolves.toBe(true);
      expect(foreignRequests).toEqual([]);
      expect(problems).toEqual([]);
    });
  });
});

/** Plain denials, found without the product's own rules: "no … effusion", "effusion … was not observed". */
function denies(sentence: string): boolean {
  const word = '(?:effusions?|emphysema|hernias?)';
  const before = new RegExp(`\\b(?:no|without)\\s+(?:[\\w-]+\\s+){0,3}${word}`, 'i');
  const after = new RegExp(`${word}\\s+(?:was|were|is|are)\\s+not\\b`, 'i');
  return before.test(sentence) || after.test(sentence);
}

function globalId(type: string, id: string): string {
  return Buffer.from(`${type}:${id}`).toString('base64url');
}

/** Share of the page's pixels that are neither black nor background: something was drawn on the canvas. */
async function drawnShare(page: import('playwright-core').Page): Promise<number> {
  const { default: sharp } = await import('sharp');
  const picture = await page.locator('canvas').first().screenshot();
  const { data: grey } = await sharp(picture).greyscale().raw().toBuffer({ resolveWithObject: true });
  return grey.filter((value) => value > 60).length / grey.length;
}
