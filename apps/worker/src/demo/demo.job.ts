// DEMO: phantoms as cases of invented patients, so that a first start has something to search. One seed, one case;
// a repeated job makes no second one. They are marked as demo everywhere.
import type { ClaimedJob, JobContext } from '@tomograph/data';
import { imageDigest, parseReport, spacingMm, volumeDigest } from '@tomograph/imaging';
import { pseudonym, type ReadingNote, type SubjectFacts, sha256 } from '@tomograph/kernel';
import { z } from 'zod';
import type { RenderedPhantom } from '../compute/tasks.js';
import type { WorkerDependencies } from '../dependencies.js';
import type { StudyGroup } from '../ingest/group-by-study.js';
import { PhaseClock } from '../ingest/phase-clock.js';
import { storeStudy } from '../ingest/store-study.js';

const inputSchema = z.object({
  firstSeed: z.number().int().min(0),
  count: z.number().int().min(1).max(1000),
  /** Voxels along each axis. */
  size: z.number().int().min(32).max(256),
});
export type DemoInput = z.infer<typeof inputSchema>;

const note: ReadingNote = { code: 'PHANTOM', message: 'a computed phantom, not a patient' };

export async function runDemo(job: ClaimedJob, context: JobContext, deps: WorkerDependencies) {
  const { firstSeed, count, size } = inputSchema.parse(job.input);
  const clock = new PhaseClock();
  for (let done = 0; done < count; done++) {
    context.signal.throwIfAborted();
    await context.progress(done / count, 'making demo cases');
    const seed = firstSeed + done;
    const phantom = await clock.time('render', () =>
      deps.compute.run('phantom', { seed, size }, context.signal),
    );
    const group = demoGroup(seed, phantom, deps.database.secrets.pseudonymKey, seed % 2 === 0);
    await storeStudy(group, { projectId: job.projectId, isDemo: true }, context, deps, clock);
  }
  return { cases: count, phasesMs: clock.phasesMs() };
}

function demoGroup(seed: number, phantom: RenderedPhantom, key: Uint8Array, withXray: boolean): StudyGroup {
  const { volume, xray, reportText, sex, ageYears } = phantom;
  const subject: SubjectFacts = {
    patientKey: pseudonym(key, 'demo-patient', String(seed)),
    studyKey: pseudonym(key, 'demo-study', String(seed)),
    sex,
    ageBand: Math.min(90, Math.floor(ageYears / 10) * 10),
    shiftedDay: null,
  };
  const common = { subject, sources: [], seriesKey: pseudonym(key, 'demo-series', String(seed)) };
  const { size, affine } = volume;
  return {
    subject,
    items: [
      {
        kind: 'CT',
        ...common,
        digest: volumeDigest(volume),
        volume,
        facts: {
          size: [...size],
          affine: [...affine],
          spacingMm: [...spacingMm(affine)],
          modality: 'CT',
          bodyPart: 'CHEST_ABDOMEN',
          notes: [note],
        },
      },
      ...(withXray
        ? [
            {
              kind: 'XRAY' as const,
              ...common,
              digest: imageDigest(xray),
              image: xray,
              view: 'AP' as const,
              modality: 'DX' as const,
              bodyPart: 'CHEST_ABDOMEN' as const,
              notes: [note],
            },
          ]
        : []),
      {
        kind: 'REPORT',
        subject,
        sources: [],
        digest: sha256(reportText),
        report: parseReport(reportText),
        notes: [note],
      },
    ],
  };
}
