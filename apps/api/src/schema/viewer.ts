// Who is asking: the API key's name, role and projects, and what is left of its rate.
import { builder, cost } from './builder.js';
import { connectionOf } from './connection.js';
import { RoleEnum } from './enums.js';
import type { ApiKeyRecord, ProjectRecord } from './shapes.js';

export const ProjectRef = builder.objectRef<ProjectRecord>('Project');
export const ApiKeyRef = builder.objectRef<ApiKeyRecord>('ApiKey');

builder.node(ProjectRef, {
  id: { resolve: (project) => project.id },
  loadOne: (id, context) => context.loaders.project.load(id),
  fields: (t) => ({ name: t.exposeString('name') }),
});

builder.node(ApiKeyRef, {
  id: { resolve: (key) => key.id },
  loadOne: (id, context) => context.loaders.apiKey.load(id),
  fields: (t) => ({
    name: t.exposeString('name'),
    prefix: t.exposeString('prefix', { description: 'The visible part; the key itself is shown once only.' }),
    role: t.field({ type: RoleEnum, resolve: (key) => key.role }),
    createdAt: t.field({ type: 'DateTime', resolve: (key) => key.createdAt }),
    lastUsedAt: t.field({ type: 'DateTime', nullable: true, resolve: (key) => key.lastUsedAt }),
    revokedAt: t.field({ type: 'DateTime', nullable: true, resolve: (key) => key.revokedAt }),
  }),
});

const ApiKeyConnectionRef = connectionOf('ApiKey', ApiKeyRef as never);

const ViewerRef = builder.objectRef<Record<string, never>>('Viewer').implement({
  fields: (t) => ({
    name: t.string({ resolve: (_viewer, _args, context) => context.viewer.name }),
    role: t.field({ type: RoleEnum, resolve: (_viewer, _args, context) => context.viewer.role }),
    projects: t.field({
      type: [ProjectRef],
      resolve: (_viewer, _args, context) => context.db.projects(),
    }),
    apiKeys: t.field({
      type: ApiKeyConnectionRef,
      nullable: true,
      description: 'ADMIN only: the keys of its projects.',
      args: { first: t.arg.int(), after: t.arg.string() },
      resolve: (_viewer, page, context) => context.db.apiKeys(page) as never,
    }),
  }),
});

const RateLimitRef = builder
  .objectRef<{ limit: number; remaining: number; resetAt: Date; cost: number }>('RateLimit')
  .implement({
    description: 'Cost points of this API key: they leak back at a steady rate.',
    fields: (t) => ({
      limit: t.exposeInt('limit'),
      remaining: t.exposeInt('remaining'),
      resetAt: t.field({ type: 'DateTime', resolve: (rate) => rate.resetAt }),
      cost: t.exposeInt('cost', { description: 'Points that this operation asked for.' }),
    }),
  });

builder.queryFields((t) => ({
  viewer: t.field({ type: ViewerRef, extensions: cost({}), resolve: () => ({}) }),
  rateLimit: t.field({
    type: RateLimitRef,
    resolve: (_root, _args, context) => ({ ...context.rate(), cost: context.requestedCost }),
  }),
}));
