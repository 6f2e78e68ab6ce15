// Embedding spaces as a viewer sees them: their phase and how well they answer. Vectors never leave.
import { builder } from './builder.js';
import { SearchChannelEnum, SpacePhaseEnum } from './enums.js';
import { encodeId } from './global-id.js';
import type { SpaceRecord } from './shapes.js';

export const SpaceRef = builder.objectRef<SpaceRecord>('EmbeddingSpace').implement({
  fields: (t) => ({
    id: t.id({ resolve: (space) => encodeId('EmbeddingSpace', space.id) }),
    name: t.exposeString('name'),
    version: t.exposeInt('version'),
    channel: t.field({
      type: SearchChannelEnum,
      resolve: ({ channel }) => (channel.toLowerCase() === 'meaning' ? 'MEANING' : 'IMAGE'),
    }),
    digest: t.field({ type: 'Sha256', resolve: (space) => space.digest }),
    width: t.exposeInt('width'),
    phase: t.field({ type: SpacePhaseEnum, resolve: (space) => space.phase }),
    stored: t.exposeInt('stored'),
    expected: t.exposeInt('expected'),
    recallAt10: t.exposeFloat('recallAt10', {
      nullable: true,
      description: 'Measured against exact search, never assumed.',
    }),
    since: t.field({ type: 'DateTime', nullable: true, resolve: (space) => space.since }),
  }),
});

builder.queryFields((t) => ({
  embeddingSpaces: t.field({
    type: [SpaceRef],
    extensions: { listSize: 10 },
    resolve: (_root, _args, context) => context.db.spaces(),
  }),
}));
