// What only an ADMIN does: erase, switch embedding spaces, give out and take back keys.
import { AppError } from '@tomograph/kernel';
import type { RequestContext } from '../../context.js';
import { builder } from '../builder.js';
import { RoleEnum, SearchChannelEnum } from '../enums.js';
import { decodeId, encodeId } from '../global-id.js';
import type { ApiKeyRecord, SpaceRecord } from '../shapes.js';
import { SpaceRef } from '../space.js';
import { type Settled, settle } from '../user-error.js';
import { ApiKeyRef } from '../viewer.js';
import { jobPayload, PayloadRef } from './payload.js';

const EraseCaseInput = builder.inputType('EraseCaseInput', {
  fields: (t) => ({ case: t.id({ required: true }), clientMutationId: t.string() }),
});

const EraseCasePayload = builder.objectRef<Settled<string>>('EraseCasePayload').implement({
  interfaces: [PayloadRef],
  fields: (t) => ({
    erasedCase: t.id({ nullable: true, resolve: ({ value }) => (value ? encodeId('Case', value) : null) }),
  }),
});

const BackfillSpaceInput = builder.inputType('BackfillSpaceInput', {
  fields: (t) => ({
    space: t.id({ required: true }),
    project: t.id({ description: 'Whose job it is; needed when the API key has several projects.' }),
    clientMutationId: t.string(),
  }),
});
const BackfillSpacePayload = jobPayload('BackfillSpacePayload');

const ActivateSpaceInput = builder.inputType('ActivateSpaceInput', {
  fields: (t) => ({ space: t.id({ required: true }), clientMutationId: t.string() }),
});
const ActivateSpacePayload = spacePayload('ActivateSpacePayload');
const RollbackSpaceInput = builder.inputType('RollbackSpaceInput', {
  fields: (t) => ({
    channel: t.field({ type: SearchChannelEnum, required: true }),
    clientMutationId: t.string(),
  }),
});
const RollbackSpacePayload = spacePayload('RollbackSpacePayload');

const CreateApiKeyInput = builder.inputType('CreateApiKeyInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    role: t.field({ type: RoleEnum, required: true }),
    projects: t.idList({ description: 'Some of the own projects; all of them when left out.' }),
    clientMutationId: t.string(),
  }),
});

const CreateApiKeyPayload = builder
  .objectRef<Settled<{ apiKey: ApiKeyRecord; key: string }>>('CreateApiKeyPayload')
  .implement({
    interfaces: [PayloadRef],
    fields: (t) => ({
      apiKey: t.field({ type: ApiKeyRef, nullable: true, resolve: ({ value }) => value?.apiKey }),
      key: t.string({
        nullable: true,
        description: 'The key itself, shown this once.',
        resolve: ({ value }) => value?.key,
      }),
    }),
  });

const RevokeApiKeyInput = builder.inputType('RevokeApiKeyInput', {
  fields: (t) => ({ apiKey: t.id({ required: true }), clientMutationId: t.string() }),
});

const RevokeApiKeyPayload = builder.objectRef<Settled<ApiKeyRecord>>('RevokeApiKeyPayload').implement({
  interfaces: [PayloadRef],
  fields: (t) => ({ apiKey: t.field({ type: ApiKeyRef, nullable: true, resolve: ({ value }) => value }) }),
});

builder.mutationFields((t) => ({
  eraseCase: t.field({
    type: EraseCasePayload,
    description: 'ADMIN: erases rows, vectors, thumbnails and blobs of a case. Cannot be undone.',
    args: { input: t.arg({ type: EraseCaseInput, required: true }) },
    resolve: (_root, { input }, context) =>
      settle(input.clientMutationId, async () => {
        const id = decodeId('Case', input.case, 'case');
        await context.db.eraseStudy(id);
        return id;
      }),
  }),
  backfillSpace: t.field({
    type: BackfillSpacePayload,
    description: 'ADMIN: starts a job that computes what a space lacks and measures its recall.',
    args: { input: t.arg({ type: BackfillSpaceInput, required: true }) },
    resolve: (_root, { input }, context) =>
      settle(input.clientMutationId, async () => {
        const project = input.project ? decodeId('Project', input.project, 'project') : undefined;
        const { id } = await context.db.backfillSpace(spaceIdIn(input.space), project);
        return context.db.job(id);
      }),
  }),
  activateSpace: t.field({
    type: ActivateSpacePayload,
    description: 'ADMIN: lets a READY space answer for its channel, in one transaction.',
    args: { input: t.arg({ type: ActivateSpaceInput, required: true }) },
    resolve: (_root, { input }, context) =>
      settle(input.clientMutationId, async () => context.db.activateSpace(spaceIdIn(input.space))),
  }),
  rollbackSpace: t.field({
    type: RollbackSpacePayload,
    description: 'ADMIN: gives a channel back to the space that answered before, and says which that is.',
    args: { input: t.arg({ type: RollbackSpaceInput, required: true }) },
    resolve: (_root, { input }, context) =>
      settle(input.clientMutationId, async () => rollbackSpace(input.channel, context)),
  }),
  createApiKey: t.field({
    type: CreateApiKeyPayload,
    description: 'ADMIN: a key for some of the own projects. It is shown once.',
    args: { input: t.arg({ type: CreateApiKeyInput, required: true }) },
    resolve: (_root, { input }, context) =>
      settle(input.clientMutationId, async () => createApiKey(input, context)),
  }),
  revokeApiKey: t.field({
    type: RevokeApiKeyPayload,
    description: 'ADMIN: the key opens nothing from now on.',
    args: { input: t.arg({ type: RevokeApiKeyInput, required: true }) },
    resolve: (_root, { input }, context) =>
      settle(input.clientMutationId, async () =>
        context.db.revokeApiKey(decodeId('ApiKey', input.apiKey, 'apiKey')),
      ),
  }),
}));

function createApiKey(input: typeof CreateApiKeyInput.$inferInput, context: RequestContext) {
  const name = input.name.trim();
  refuseOutside('name', 'characters', name.length, 80);
  if (input.projects) refuseOutside('projects', 'projects', input.projects.length, 100);
  const projectIds = input.projects?.map((id) => decodeId('Project', id, 'projects'));
  return context.db.createApiKey({
    name,
    role: input.role,
    projectIds: projectIds ?? context.viewer.projectIds,
  });
}

function refuseOutside(argument: string, unit: string, got: number, max: number): void {
  if (got >= 1 && got <= max) return;
  throw new AppError('INVALID_ARGUMENT', {
    message: `${argument} must have 1 to ${max} ${unit}, got ${got}`,
    facts: { argument, got },
  });
}

async function rollbackSpace(
  channel: 'TEXT' | 'IMAGE' | 'MEANING',
  { db }: RequestContext,
): Promise<SpaceRecord> {
  const active = (await db.spaces()).find(
    (space) => space.phase === 'ACTIVE' && space.channel === channel.toLowerCase(),
  );
  if (active) return db.rollbackSpace(active.id);
  throw new AppError('SPACE_STATE', {
    message: `no embedding space is active for ${channel}: there is nothing to roll back`,
    facts: { argument: 'channel', channel },
  });
}

function spaceIdIn(globalId: string): number {
  return Number(decodeId('EmbeddingSpace', globalId, 'space'));
}

function spacePayload(name: string) {
  return builder.objectRef<Settled<SpaceRecord>>(name).implement({
    interfaces: [PayloadRef],
    fields: (t) => ({ space: t.field({ type: SpaceRef, nullable: true, resolve: ({ value }) => value }) }),
  });
}
