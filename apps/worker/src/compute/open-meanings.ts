// The learned spaces as networks, in the compute thread: each is opened by its first use and stays.
import { workerData } from 'node:worker_threads';
import { AppError, type Sha256 } from '@tomograph/kernel';
import { Biud, type PromptVectors, promptVectors } from '@tomograph/models';
import { type MeaningBundle, meaningBundles } from '../spaces/meaning-bundles.js';

export interface OpenMeaning extends MeaningBundle {
  readonly biud: Biud;
  /** Prompt ensembles of findings, embedded once. */
  promptsOf(code: string): Promise<PromptVectors>;
}

/** What ComputeThread hands over. */
export interface ThreadData {
  readonly home: string | undefined;
}

const opening = new Map<Sha256, Promise<OpenMeaning>>();

/** @param only of this space alone; none where it is not installed */
export async function openMeanings(only?: Sha256): Promise<OpenMeaning[]> {
  const bundles = await meaningBundles((workerData as ThreadData | null)?.home);
  const wanted = bundles.filter(({ digest }) => only === undefined || digest === only);
  return Promise.all(wanted.map(opened));
}

/** @throws AppError PROVIDER_UNAVAILABLE where the space's encoders are not installed */
export async function openMeaning(space: Sha256): Promise<OpenMeaning> {
  const [open] = await openMeanings(space);
  if (open !== undefined) return open;
  throw new AppError('PROVIDER_UNAVAILABLE', {
    message: `the encoders of the learned space ${space} are not installed here: add them with "tomograph space add"`,
    facts: { space },
  });
}

function opened(bundle: MeaningBundle): Promise<OpenMeaning> {
  const known = opening.get(bundle.digest) ?? open(bundle);
  opening.set(bundle.digest, known);
  known.catch(() => opening.delete(bundle.digest));
  return known;
}

async function open(bundle: MeaningBundle): Promise<OpenMeaning> {
  const biud = await Biud.open(bundle.files);
  const prompts = new Map<string, Promise<PromptVectors>>();
  return {
    ...bundle,
    biud,
    promptsOf(code) {
      const known = prompts.get(code) ?? promptVectors(biud.reader, code);
      prompts.set(code, known);
      return known;
    },
  };
}
