// README.md of an adapter folder: YAML front matter as the hubs read it, then words. JSON scalars are YAML scalars.
import { AppError } from '@tomograph/kernel';
import type { AdapterManifest, BaseManifest, Metric } from '../manifest/manifest-schema.js';

export const maxCardBytes = 1 << 20;

/** The card of a registered adapter; equal manifests give equal bytes. */
export function encodeModelCard(manifest: AdapterManifest, base: BaseManifest): Uint8Array {
  const scalar = (value: string | number) => JSON.stringify(value);
  const front = [
    `license: ${scalar(manifest.licence)}`,
    'library_name: peft',
    `base_model: ${scalar(base.name)}`,
    'base_model_relation: adapter',
    'pipeline_tag: image-segmentation',
    'tags:',
    ...['tomograph', 'lora', 'medical', 'research-use-only'].map((tag) => `- ${tag}`),
    'model-index:',
    `- name: ${scalar(manifest.name)}`,
    ...(manifest.metrics.length === 0
      ? ['  results: []']
      : ['  results:', ...manifest.metrics.flatMap((metric) => result(metric, scalar))]),
  ];
  const labels = manifest.labels.map(
    ({ value, name, snomed }) =>
      `| ${value} | ${cell(name)} | ${snomed === null ? '' : `${snomed.code} ${cell(snomed.display)}`} |`,
  );
  const text = `---
${front.join('\n')}
---

# ${manifest.name}

${manifest.description}

**Research use only.** Low-rank adapter and private head for \`${base.name}\` (weights \`${manifest.base.weights}\`).
It works on exactly that base; scale = lora_alpha / r.

| label | structure | SNOMED CT |
| --- | --- | --- |
${labels.join('\n')}
`;
  return new TextEncoder().encode(text);
}

function result(metric: Metric, scalar: (value: string | number) => string): string[] {
  const interval = metric.interval === null ? '' : ` [${metric.interval.low}, ${metric.interval.high}]`;
  const name = `${metric.name}${metric.structure === null ? '' : ` ${metric.structure}`} (n = ${metric.n})${interval}`;
  return [
    '  - task:',
    '      type: image-segmentation',
    '    dataset:',
    `      name: ${scalar(metric.data)}`,
    '      type: other',
    '    metrics:',
    `    - type: ${scalar(metric.name)}`,
    `      name: ${scalar(name)}`,
    `      value: ${scalar(metric.value)}`,
  ];
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The `license` of a card's front matter, or undefined. Reads no other YAML. */
export function licenceOfCard(card: Uint8Array): string | undefined {
  if (card.length > maxCardBytes) {
    throw new AppError('LIMIT_EXCEEDED', {
      message: `README.md has ${card.length} bytes, at most ${maxCardBytes} are read`,
      facts: { got: card.length, limit: maxCardBytes },
    });
  }
  const front = /^---\r?\n([\s\S]*?)\r?\n---/.exec(new TextDecoder().decode(card))?.[1];
  const value = front === undefined ? undefined : /^licen[sc]e:[ \t]*(.+?)[ \t]*$/m.exec(front)?.[1];
  const bare = value?.replace(/^(["'])(.*)\1$/, '$2').trim();
  return bare === undefined || bare === '' || bare.length > 100 ? undefined : bare;
}
