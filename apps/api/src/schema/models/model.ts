// Models: bases, the tasks on them, their versions, aliases and what happened to those. Any key may look: nothing here is
// about a patient.
import { AppError } from '@tomograph/kernel';
import { blobOf, parseModelUri, type VersionRow } from '@tomograph/registry';
import type { RequestContext } from '../../context.js';
import { modelFileUrl } from '../../server/blob-paths.js';
import { builder, cost } from '../builder.js';
import { JobRef, versionUriOf } from '../job.js';
import { AliasEventRef, isAliasEvent, ModelAliasRef } from './alias.js';
import { CertificateRef } from './certificate.js';
import {
  ModelKindEnum,
  ModelLabelRef,
  ModelMetricRef,
  ModelParametersRef,
  ModelProvenanceRef,
  ModelRuntimeRef,
  parametersOf,
} from './model-parts.js';
import { ModelRef, ModelVersionRef } from './model-refs.js';

/** Metrics and events that one answer lists, newest first. */
const maxListed = 200;

const ModelFileRef = builder
  .objectRef<{ name: string; bytes: number; digest: string; url: string }>('ModelFile')
  .implement({
    description: 'Below the address of the API; needs the API key like everything else.',
    fields: (t) => ({
      name: t.exposeString('name'),
      bytes: t.exposeInt('bytes'),
      digest: t.field({ type: 'Sha256', resolve: ({ digest }) => digest }),
      url: t.exposeString('url'),
    }),
  });

ModelVersionRef.implement({
  description: 'Written once. Its manifest is its identity; the base is bound by digest.',
  fields: (t) => ({
    uri: t.string({ resolve: ({ model, version }) => `models:/${model}/${version}` }),
    model: t.field({ type: ModelRef, resolve: ({ model }) => ({ name: model }) }),
    version: t.exposeInt('version'),
    kind: t.field({ type: ModelKindEnum, resolve: kindOf }),
    manifest: t.field({ type: 'Sha256', resolve: ({ manifest }) => manifest }),
    manifestUrl: t.string({
      resolve: ({ manifest }) => modelFileUrl('manifests', manifest, 'manifest.json'),
    }),
    base: t.field({
      type: ModelVersionRef,
      nullable: true,
      description: 'Null for a base.',
      resolve: async ({ base }, _args, { models }) => (base === null ? null : models.versionOfManifest(base)),
    }),
    createdAt: t.field({ type: 'DateTime', resolve: ({ createdAt }) => createdAt }),
    createdBy: t.exposeString('createdBy'),
    description: t.string({ resolve: async (row, _args, context) => (await read(row, context)).description }),
    licence: t.string({ resolve: async (row, _args, context) => (await read(row, context)).licence }),
    labels: t.field({
      type: [ModelLabelRef],
      extensions: cost({ listSize: 12 }),
      resolve: async (row, _args, context) => (await read(row, context)).labels,
    }),
    metrics: t.field({
      type: [ModelMetricRef],
      description: `At most ${maxListed}; all of them are in the manifest.`,
      extensions: cost({ listSize: 12 }),
      resolve: async (row, _args, context) => (await read(row, context)).metrics.slice(0, maxListed),
    }),
    parameters: t.field({
      type: ModelParametersRef,
      resolve: async (row, _args, context) => {
        const { models } = context;
        const base = row.base ?? row.manifest;
        return parametersOf(
          await read(row, context),
          await models.manifest(base),
          await models.decoderParameters(base),
        );
      },
    }),
    rank: t.int({
      nullable: true,
      description: 'Of the low-rank factors; null for a base.',
      resolve: async (row, _args, context) => {
        const manifest = await read(row, context);
        return manifest.kind === 'adapter' ? manifest.lora.rank : null;
      },
    }),
    provenance: t.field({
      type: ModelProvenanceRef,
      resolve: async (row, _args, context) => (await read(row, context)).provenance,
    }),
    runtime: t.field({
      type: ModelRuntimeRef,
      nullable: true,
      description: 'On what its stored input and output were made.',
      resolve: async (row, _args, context) => {
        const manifest = await read(row, context);
        return manifest.kind === 'base' ? manifest.runtime : manifest.golden.runtime;
      },
    }),
    aliases: t.stringList({
      resolve: async (row, _args, { models }) =>
        [...(await models.state()).aliases(row.model)]
          .filter(([, version]) => version === row.version)
          .map(([alias]) => alias),
    }),
    certificate: t.field({
      type: CertificateRef,
      nullable: true,
      description: 'The newest one.',
      extensions: cost({ ownCost: 5 }),
      resolve: (row, _args, { models }) => models.certificate(row),
    }),
    files: t.field({
      type: [ModelFileRef],
      description: 'The folder that PEFT tooling reads; empty for a base.',
      extensions: cost({ listSize: 3 }),
      resolve: async (row, _args, context) => {
        const manifest = await read(row, context);
        if (manifest.kind === 'base') return [];
        return (['adapter', 'adapter-config'] as const).map((role) => {
          const { digest, bytes } = blobOf(manifest, role);
          const name = role === 'adapter' ? 'adapter_model.safetensors' : 'adapter_config.json';
          return { name, bytes, digest, url: modelFileUrl('adapters', row.manifest, name) };
        });
      },
    }),
    cardUrl: t.string({
      nullable: true,
      description: 'README.md of the folder, made from the manifest; null for a base.',
      resolve: (row) => (row.base === null ? null : modelFileUrl('adapters', row.manifest, 'README.md')),
    }),
  }),
});

ModelRef.implement({
  description: 'A name with its versions: `models:/name/3`, `models:/name@champion`.',
  fields: (t) => ({
    name: t.exposeString('name'),
    kind: t.field({
      type: ModelKindEnum,
      resolve: async ({ name }, _args, { models }) => kindOf((await models.state()).versions(name)[0]!),
    }),
    versions: t.field({
      type: [ModelVersionRef],
      description: 'Newest first, at most 50.',
      extensions: cost({ listSize: 6 }),
      resolve: async ({ name }, _args, { models }) =>
        (await models.state()).versions(name).toReversed().slice(0, 50),
    }),
    latest: t.field({
      type: ModelVersionRef,
      resolve: async ({ name }, _args, { models }) => (await models.state()).versions(name).at(-1)!,
    }),
    aliases: t.field({
      type: [ModelAliasRef],
      extensions: cost({ listSize: 3 }),
      resolve: async ({ name }, _args, { models }) =>
        [...(await models.state()).aliases(name)].map(([alias, version]) => ({
          model: name,
          alias,
          version,
        })),
    }),
    aliasHistory: t.field({
      type: [AliasEventRef],
      description: `Newest first, at most ${maxListed}.`,
      extensions: cost({ listSize: 10 }),
      resolve: async ({ name }, _args, { models }) =>
        (await models.eventsOf(name)).filter(isAliasEvent).toReversed().slice(0, maxListed),
    }),
    tasks: t.field({
      type: [ModelRef],
      description: 'Models with a version on any version of this base; empty for a task.',
      extensions: cost({ listSize: 10 }),
      resolve: async ({ name }, _args, { models }) => {
        const state = await models.state();
        const own = new Set(state.versions(name).map(({ manifest }) => manifest));
        const isOn = (row: VersionRow) => row.base !== null && own.has(row.base);
        return state
          .models()
          .filter((model) => state.versions(model).some(isOn))
          .map((model) => ({ name: model }));
      },
    }),
  }),
});

builder.queryFields((t) => ({
  models: t.field({
    type: [ModelRef],
    description: 'By name.',
    args: { kind: t.arg({ type: ModelKindEnum }) },
    extensions: cost({ listSize: ({ kind }) => (kind === 'BASE' ? 2 : 10) }),
    resolve: async (_root, { kind }, { models }) => {
      const state = await models.state();
      return state
        .models()
        .filter((name) => kind == null || kindOf(state.versions(name)[0]!) === kind)
        .map((name) => ({ name }));
    },
  }),
  model: t.field({
    type: ModelRef,
    nullable: true,
    args: { name: t.arg.string({ required: true }) },
    resolve: async (_root, { name }, { models }) =>
      (await models.state()).versions(name).length === 0 ? null : { name },
  }),
  modelVersion: t.field({
    type: ModelVersionRef,
    nullable: true,
    description: '`models:/name/3` or `models:/name@alias`.',
    args: { uri: t.arg.string({ required: true }) },
    resolve: async (_root, { uri }, { models }) => {
      try {
        return (await models.state()).version(parseModelUri(uri));
      } catch (error) {
        if (error instanceof AppError && error.code === 'NOT_FOUND') return null;
        throw error;
      }
    },
  }),
}));

builder.objectFields(JobRef, (t) => ({
  modelVersion: t.field({
    type: ModelVersionRef,
    nullable: true,
    description: 'The version that a training made, or that was certified.',
    resolve: async (job, _args, { models }) => {
      const made = versionUriOf(job);
      if (made === null) return null;
      return (await models.state()).versions(made.model)[made.version - 1] ?? null;
    },
  }),
}));

const kindOf = ({ kind }: VersionRow) => (kind === 'base' ? ('BASE' as const) : ('TASK' as const));
const read = (row: VersionRow, { models }: RequestContext) => models.manifest(row.manifest);
