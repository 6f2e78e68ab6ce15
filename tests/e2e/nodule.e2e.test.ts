// A nodule of a real CT from DICOM files to its answer, through GraphQL alone; needs the shared data and the built files.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedData } from '../shared-data.js';
import { type Product, startProduct } from './product.js';

const dicom = sharedData('ct_lidc0314', 'dicom');
if (!dicom) console.error('! the nodule of LIDC-IDRI 0314 is skipped: no shared data beside the checkout');

interface Answer {
  job: {
    state: string;
    error: { message: string } | null;
    noduleAssessments: {
      refusal: { reason: string } | null;
      finding: {
        probability: number;
        interval: { low: number; high: number };
        ballDiameterMm: number;
        srUrl: string;
        nearest: { nodule: { pictureUrl: string } }[];
      } | null;
    }[];
  };
}

const assess = `mutation ($input: AssessNoduleInput!) {
  assessNodule(input: $input) { job { id } userErrors { message } } }`;
const answer = `query ($id: ID!) { job(id: $id) { state error { message } noduleAssessments { refusal { reason } finding {
  probability interval { low high } ballDiameterMm srUrl nearest { nodule { pictureUrl } } } } } }`;

describe.skipIf(!dicom)('the nodule of LIDC-IDRI 0314', { timeout: 240_000 }, () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct('--no-demo', '--no-web');
  }, 120_000);
  afterAll(() => product?.[Symbol.asyncDispose]());

  it('is assessed from DICOM: size within 3 mm of the readers, evidence and report to download, a refusal beside it', async () => {
    const ingested = await product.command('ingest', '--json', join(dicom!));
    expect(ingested.code, ingested.stderr).toBe(0);
    const { cases } = await product.graphql<{
      cases: { edges: { node: { id: string; modalities: string[] } }[] };
    }>('{ cases(first: 5) { edges { node { id modalities } } } }');
    const ct = cases.edges.find(({ node }) => node.modalities.includes('CT'))!.node;
    const { assessNodule } = await product.graphql<{
      assessNodule: { job: { id: string } | null; userErrors: { message: string }[] };
    }>(assess, {
      input: {
        case: ct.id,
        places: [{ point: { x: -57.4, y: 131.2, z: -520.4 } }, { point: { x: 5000, y: 0, z: 0 } }],
      },
    });
    expect(assessNodule.userErrors).toEqual([]);
    const ended = async () => {
      const { job } = await product.graphql<Answer>(answer, { id: assessNodule.job!.id });
      return /SUCCEEDED|FAILED|CANCELLED/.test(job.state) ? job : undefined;
    };
    await expect.poll(ended, { timeout: 120_000, interval: 500 }).toBeDefined();
    const job = (await ended())!;
    expect(job).toMatchObject({ state: 'SUCCEEDED', error: null });
    const [found, outside] = job.noduleAssessments;
    expect(outside).toMatchObject({ finding: null, refusal: { reason: 'OUTSIDE_SCAN' } });
    const { probability, interval, ballDiameterMm, srUrl, nearest } = found!.finding!;
    expect(Math.abs(ballDiameterMm - 15.5)).toBeLessThan(3);
    expect(interval.low).toBeLessThanOrEqual(probability);
    expect(interval.high).toBeGreaterThanOrEqual(probability);
    const authorization = `Bearer ${await product.key()}`;
    const bytesAt = async (path: string) => {
      const response = await fetch(`${product.apiUrl}${path}`, { headers: { authorization } });
      expect(response.status, path).toBe(200);
      return Buffer.from(await response.arrayBuffer());
    };
    expect((await bytesAt(srUrl)).subarray(128, 132).toString()).toBe('DICM');
    expect((await bytesAt(nearest[0]!.nodule.pictureUrl)).subarray(1, 4).toString()).toBe('PNG');
  });
});
