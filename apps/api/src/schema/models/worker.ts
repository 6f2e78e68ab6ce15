// Worker processes that live and the models each holds in memory.
import { type WorkerResidents, type WorkerSessionRecord, workerSessions } from '@tomograph/data';
import { builder, cost } from '../builder.js';

type Base = WorkerResidents['bases'][number];
type Adapter = WorkerResidents['adapters'][number];

const ResidentBaseRef = builder.objectRef<Base>('ResidentBase').implement({
  fields: (t) => ({
    name: t.exposeString('name'),
    manifest: t.field({ type: 'Sha256', resolve: ({ manifest }) => manifest }),
    queued: t.exposeInt('queued', { description: 'Batches that wait for this base.' }),
    running: t.exposeInt('running'),
    completed: t.exposeInt('completed'),
  }),
});

const ResidentAdapterRef = builder.objectRef<Adapter>('ResidentAdapter').implement({
  fields: (t) => ({
    name: t.exposeString('name'),
    manifest: t.field({ type: 'Sha256', resolve: ({ manifest }) => manifest }),
    base: t.field({ type: 'Sha256', resolve: ({ base }) => base }),
    bytes: t.exposeInt('bytes'),
  }),
});

const WorkerRef = builder.objectRef<WorkerSessionRecord>('Worker').implement({
  description: 'A worker process; it tells every few seconds what it holds.',
  fields: (t) => ({
    id: t.exposeString('id'),
    startedAt: t.field({ type: 'DateTime', resolve: ({ startedAt }) => startedAt }),
    seenAt: t.field({ type: 'DateTime', resolve: ({ seenAt }) => seenAt }),
    device: t.exposeString('device'),
    bases: t.field({ type: [ResidentBaseRef], resolve: ({ residents }) => residents.bases }),
    adapters: t.field({
      type: [ResidentAdapterRef],
      extensions: cost({ listSize: 20 }),
      resolve: ({ residents }) => residents.adapters,
    }),
    adapterBytes: t.float({ resolve: ({ residents }) => residents.adapterBytes }),
    adapterLoads: t.int({
      description: 'Adapters read from the store since it started.',
      resolve: ({ residents }) => residents.adapterLoads,
    }),
    adapterHits: t.int({
      description: 'Adapters that were in memory when asked for.',
      resolve: ({ residents }) => residents.adapterHits,
    }),
  }),
});

builder.queryFields((t) => ({
  workers: t.field({
    type: [WorkerRef],
    description: 'Oldest first.',
    extensions: cost({ listSize: 4 }),
    resolve: (_root, _args, { models }) => workerSessions(models.database),
  }),
}));
