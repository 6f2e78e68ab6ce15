// The card that lies beside the shipped meaning space: what it is, what it saw, what it cannot do.
import type { BiudFiles } from '@tomograph/models';
import { counts } from './phantom-pool.js';

export function biudCard(digest: string, files: BiudFiles): string {
  const kilobytes = [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0) / 1024;
  return `# biud@1: CT, film and report in one space

Research use only. Not a medical device.

- **Digest of the space**: \`${digest}\`
- **Size**: ${kilobytes.toFixed(0)} KiB in ${files.size} files; digests of all in \`manifest.json\`
- **Networks**: text encoder (\`onnx/model.onnx\`, Hugging Face layout, runs in transformers.js with \`padding: 'max_length'\`), X-ray expert (\`film.onnx\`), CT encoder with a study vector and 27 region vectors (\`ct.onnx\`); vectors of width 64, cosine
- **Trained on**: sentences of our own generator; ${counts.films} simulated films and ${counts.train} CTs of procedural phantoms with templated reports. No patient data, no real report, no real image
- **Calibration and thresholds**: ${counts.validation} other phantoms
- **Made by**: \`node dist/bench/biud/train-weights.js\` (seed 7, one thread)
- **Measured in**: \`docs/results/biud.md\`; inputs and rules in \`docs/reference/biud.md\`

## What it can do
Order phantoms by meaning: report or film to CT, findings by prompts, drafts with evidence. Tell sentences that affirm from sentences that deny, in English, in the vocabulary of chest and upper-abdomen reports.

## What it cannot do
On 160 held-out phantoms zero-shot macro AUROC is 0.683 (0.75 was asked), drafted facts are worse than copying the nearest report, and the unlearned descriptor finds a film's own CT far better. It is therefore never switched to by itself. It has never seen a patient: its image side knows procedural anatomy at 48³ cells, and nothing is claimed of real CTs or real X-rays. It measures no sizes. Small findings (calcification, thin walls, small nodes and nodules) are below its cells. Probabilities are calibrated to the phantoms' prevalence, not to a clinic's. Sentences beyond 32 word pieces are cut; other languages are not read.
`;
}
