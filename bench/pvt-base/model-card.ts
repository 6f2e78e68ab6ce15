// The card of the shipped base, made of what was measured: nothing in it is typed by hand that could be counted.

import type { PvtConfig } from '@tomograph/models';
import { PHANTOM_VERSION } from '@tomograph/phantom';
import type { Metric } from '@tomograph/registry';
import { baseSpacingMm, heldOutSeeds, trainingSeeds } from './phantom-cases.js';

export interface CardFacts {
  readonly digest: string;
  readonly metrics: readonly Metric[];
  readonly heldOutData: string;
  readonly realData: string;
  readonly steps: number;
  readonly parameters: number;
  readonly config: PvtConfig;
}

export function modelCard(facts: CardFacts): string {
  const { config, metrics } = facts;
  const rows = (data: string): string =>
    metrics
      .filter((metric) => metric.data === data && metric.name === 'dice')
      .map(({ structure, value, n, interval }) => {
        const range = interval === null ? '' : `${interval.low.toFixed(3)}–${interval.high.toFixed(3)}`;
        return `| ${structure ?? '**mean**'} | ${value.toFixed(3)} | ${range} | ${n} |`;
      })
      .join('\n');
  return `---
license: Apache-2.0
library_name: onnx
pipeline_tag: image-segmentation
tags:
- tomograph
- medical
- research-use-only
---

# pvt-base

The frozen base of Tomograph: a 3-D pyramid vision transformer for CT at ${baseSpacingMm} mm, ${facts.parameters.toLocaleString('en')} parameters, patches of
${config.size.join(' × ')} voxels, stage widths ${config.stages.map(({ width }) => width).join(', ')}. Tasks are added beside it as low-rank adapters; it never changes.

**Research use only.** It was trained on computed bodies and has never seen a patient. ${onRealCt(facts)}: it is a start for adapters, not a
segmenter to rely on.

- weights \`${facts.digest}\`
- data: ${trainingSeeds.count} phantoms of \`packages/phantom\` (seeds ${trainingSeeds.first}–${trainingSeeds.first + trainingSeeds.count - 1}): chest, abdomen, both or trunk, native to delayed contrast, findings,
  noise, blur and deformation drawn per body; intensities moved per tissue and per patch. No mirroring: left and right differ.
- recipe: \`bench/pvt-base/train.ts\`, ${facts.steps} steps on one thread (\`--steps 1500\`, then \`--steps 5000\` in the same folder; phantoms of version 2), soft Dice + cross entropy with deep supervision, AdamW, cosine rate.

## Dice on ${facts.heldOutData}

${heldOutSeeds.count} bodies (phantom version ${PHANTOM_VERSION}) of other seeds (${heldOutSeeds.first}–${heldOutSeeds.first + heldOutSeeds.count - 1}); intervals of 95 % over bodies.

| organ | Dice | interval | n |
| --- | --- | --- | --- |
${rows(facts.heldOutData)}

## Dice on one real CT

${facts.realData}: 122 × 101 × 112 voxels at 3 mm. One patient says little; it is here so that nobody takes the
first table for the second.

| organ | Dice | interval | n |
| --- | --- | --- | --- |
${rows(facts.realData)}
`;
}

/** Said in words, by the number: a table at the end is easily missed. */
function onRealCt({ metrics, realData }: CardFacts): string {
  const mean = metrics.find(({ data, structure }) => data === realData && structure === null)?.value;
  if (mean === undefined) return 'On real CT it was not measured';
  const words = mean < 0.2 ? 'it finds next to nothing' : mean < 0.6 ? 'it is rough' : 'it is usable';
  return `On the one real CT that was measured ${words} (mean Dice ${mean.toFixed(3)}, second table)`;
}
