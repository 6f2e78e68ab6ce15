// The card that lies beside the shipped meaning space: what it is, what it saw, what it cannot do.
import type { BiudFiles } from '@tomograph/models';
import { counts } from './phantom-pool.js';

export function biudCard(digest: string, files: BiudFiles): string {
  const kilobytes = [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0) / 1024;
  return `# biud@1: CT, film and report in one space

Research use only. Not a medical device.

- **Digest of the space**: \`${digest}\`
- **Size**: ${kilobytes.toFixed(0)} KiB in ${files.size} files; digests of all in \`manifest.json\`
- **Networks**: text encoder (\`onnx/model.onnx\`, Hugging Face layout, runs in transformers.js with \`padding: 'max_length'\`), X-ray expert (\`film.onnx\`), CT encoder with a study vector and 27 region vectors (\`ct.onnx\`); vectors of width 96 (64 of findings, 32 of the frontal view, which words leave at zero), cosine
- **Trained on**: sentences of our own generator; ${counts.films} simulated films and ${counts.train} CTs of procedural phantoms with templated reports. No patient data, no real report, no real image
- **Calibration and thresholds**: ${counts.validation} other phantoms
- **Made by**: \`node dist/bench/biud/train-weights.js\` (seed 7, one thread)
- **Measured in**: \`docs/results/biud.md\`; inputs and rules in \`docs/reference/biud.md\`

## What it can do
Order phantoms by meaning: report or film to CT, findings by prompts, drafts with evidence. Tell sentences that affirm from sentences that deny, in English, in the vocabulary of chest and upper-abdomen reports.

## What it cannot do
How well it does on held-out phantoms, and what is missed, is in the results named above. It is never switched to by itself. It has never seen a patient: its image side knows procedural anatomy in 12³ cells, and nothing is claimed of real CTs or real X-rays. It measures no sizes. Nodules, nodes and thin walls are shares of a cell of 28 mm to it: it has no shape of them. Probabilities are calibrated to the phantoms' prevalence, not to a clinic's. Sentences beyond 32 word pieces are cut; other languages are not read.
`;
}
