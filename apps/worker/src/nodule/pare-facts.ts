// What only the maker of the nodule model knows: how well its recipe did, on what, under which licence. It lies beside the
// weights as facts.json and counts only for the bundle that it names: measured numbers never follow other weights.
import { metricSchema, runtimeSchema } from '@tomograph/registry';
import { z } from 'zod';

export const pareFactsSchema = z.strictObject({
  /** Digest of manifest.json of the bundle. */
  bundle: z.string(),
  licence: z.string().min(1).max(100),
  description: z.string().max(2000),
  metrics: z.array(metricSchema).max(100),
  createdAt: z.iso.datetime(),
  createdBy: z.string().max(100),
  seed: z.number().int(),
  steps: z.number().int(),
  method: z.string().max(500),
  cases: z.number().int(),
  dataName: z.string().max(200),
  dataSummary: z.string().max(5000),
  dataLicence: z.string().max(100),
  runtime: runtimeSchema,
});
export type PareFacts = z.infer<typeof pareFactsSchema>;
