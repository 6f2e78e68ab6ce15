// Taking an alias away. Its history stays, and the removal is one more event of it.
import { removeAlias } from '../../models/move-alias.js';
import { builder } from '../builder.js';
import { ModelRef } from '../models/model-refs.js';
import { type Settled, settle } from '../user-error.js';
import { PayloadRef } from './payload.js';
import { whyOf } from './registry.js';

const RemoveAliasInput = builder.inputType('RemoveAliasInput', {
  fields: (t) => ({
    model: t.string({ required: true }),
    alias: t.string({ required: true }),
    why: t.string({ required: true, description: 'Stands in the log.' }),
    clientMutationId: t.string(),
  }),
});
const RemoveAliasPayload = builder.objectRef<Settled<string>>('RemoveAliasPayload').implement({
  interfaces: [PayloadRef],
  fields: (t) => ({
    model: t.field({
      type: ModelRef,
      nullable: true,
      resolve: ({ value }) => (value === null ? null : { name: value }),
    }),
  }),
});

builder.mutationFields((t) => ({
  removeAlias: t.field({
    type: RemoveAliasPayload,
    description:
      'CURATOR; ADMIN for a protected alias. Nothing serves under the name until it is promoted again; its history and its policy stay.',
    args: { input: t.arg({ type: RemoveAliasInput, required: true }) },
    resolve: (_root, { input: { model, alias, why, clientMutationId } }, { models, viewer }) =>
      settle(clientMutationId, async () => removeAlias(models, viewer, { model, alias, why: whyOf(why) })),
  }),
}));
