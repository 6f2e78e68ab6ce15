// The compute thread's side: runs a task, moves the result back. Holds no connection and no secret.
import { parentPort } from 'node:worker_threads';
import { toAppError } from '@tomograph/kernel';
import { prepareCase } from '../tasks/training-case.js';
import { transferables } from './compute-thread.js';
import { ctFrameOf } from './ct-frame.js';
import { deriveVolume, deriveXray, volumeVectors, xrayVectors } from './derive.js';
import { answerFindings, draftOfCt } from './findings.js';
import { meaningOfQuery, meaningOfReports, meaningOfVolume, meaningOfXray } from './meaning.js';
import { renderPhantom } from './render-phantom.js';
import type { ComputeTasks, TaskName } from './tasks.js';

const tasks: {
  [Name in TaskName]: (input: ComputeTasks[Name]['input']) => Promise<ComputeTasks[Name]['output']>;
} = {
  volume: deriveVolume,
  xray: deriveXray,
  describeVolume: async ({ volume, only }) => [
    ...volumeVectors(volume),
    ...(await meaningOfVolume(volume, only)),
  ],
  describeXray: async ({ image, view, only }) => [
    ...xrayVectors(image, view),
    ...(await meaningOfXray(image, view, only)),
  ],
  describeQuery: ({ text, space }) => meaningOfQuery(text, space),
  describeReports: ({ reports, only }) => meaningOfReports(reports, only),
  answerFindings,
  draftReport: draftOfCt,
  ctFrame: ctFrameOf,
  phantom: renderPhantom,
  trainingCase: prepareCase,
};

parentPort!.on('message', async ({ id, name, input }: { id: number; name: TaskName; input: never }) => {
  try {
    const output: unknown = await tasks[name](input);
    parentPort!.postMessage({ id, output }, transferables(output));
  } catch (thrown) {
    const error = toAppError(thrown);
    // the message of an unexpected error is masked; its stack is what the operator needs
    if (error.code === 'INTERNAL') console.error(thrown);
    parentPort!.postMessage({ id, error: error.toJSON() });
  }
});
