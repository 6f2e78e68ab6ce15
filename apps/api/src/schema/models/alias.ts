// Aliases of a model: where they point, what holds for them, and their history. Moving them is mutations/registry.ts.
import type { AliasPolicy, Gate, RegistryEvent } from '@tomograph/registry';
import { builder, cost } from '../builder.js';
import { ModelRef, ModelVersionRef } from './model-refs.js';

interface AliasShape {
  readonly model: string;
  readonly alias: string;
  readonly version: number;
}
type AliasEvent = Extract<
  RegistryEvent,
  { kind: 'model_version_alias.created' | 'model_version_alias.deleted' }
>;

export const ModelAliasRef = builder.objectRef<AliasShape>('ModelAlias');

const AliasGateRef = builder.objectRef<Gate>('AliasGate').implement({
  description: 'The certificate, or one end of the interval of a metric against a threshold.',
  fields: (t) => ({
    isCertificate: t.boolean({ resolve: ({ kind }) => kind === 'certificate' }),
    metric: t.string({ nullable: true, resolve: (gate) => ('name' in gate ? gate.name : null) }),
    structure: t.string({ nullable: true, resolve: (gate) => ('structure' in gate ? gate.structure : null) }),
    data: t.string({ nullable: true, resolve: (gate) => ('data' in gate ? gate.data : null) }),
    atLeast: t.float({
      nullable: true,
      description: 'Against the lower end.',
      resolve: (gate) => ('atLeast' in gate ? gate.atLeast : null),
    }),
    atMost: t.float({
      nullable: true,
      description: 'Against the upper end.',
      resolve: (gate) => ('atMost' in gate ? gate.atMost : null),
    }),
  }),
});

ModelAliasRef.implement({
  description: "Today's state of an alias: a fold over its history.",
  fields: (t) => ({
    alias: t.exposeString('alias'),
    version: t.field({
      type: ModelVersionRef,
      resolve: async ({ model, version }, _args, { models }) =>
        (await models.state()).version({ model, version }),
    }),
    isProtected: t.boolean({
      description: 'Moved by an ADMIN only, through its gates.',
      resolve: async ({ model, alias }, _args, { models }) =>
        (await models.state()).policy(model, alias).isProtected,
    }),
    gates: t.field({
      type: [AliasGateRef],
      description: 'What must hold before it moves here.',
      resolve: async ({ model, alias }, _args, { models }) =>
        (await models.state()).policy(model, alias).gates,
    }),
    canRollBack: t.boolean({
      resolve: async ({ model, alias }, _args, { models }) =>
        (await models.state()).before(model, alias) !== undefined,
    }),
  }),
});

interface PolicyShape {
  readonly alias: string;
  readonly policy: AliasPolicy;
}
const AliasPolicyRef = builder.objectRef<PolicyShape>('AliasPolicy').implement({
  description: 'What holds for an alias, whether it points anywhere today or not.',
  fields: (t) => ({
    alias: t.exposeString('alias'),
    isProtected: t.boolean({ resolve: ({ policy }) => policy.isProtected }),
    gates: t.field({ type: [AliasGateRef], resolve: ({ policy }) => policy.gates }),
  }),
});

builder.objectFields(ModelRef, (t) => ({
  aliasPolicies: t.field({
    type: [AliasPolicyRef],
    description: 'That of champion, and every one that was set; other aliases are free and ask for nothing.',
    extensions: cost({ listSize: 4 }),
    resolve: async ({ name }, _args, { models }): Promise<PolicyShape[]> => {
      const state = await models.state();
      const aliases = new Set(['champion', ...state.setPolicies(name).map(([alias]) => alias)]);
      return [...aliases].map((alias) => ({ alias, policy: state.policy(name, alias) }));
    },
  }),
}));

const GateResultRef = builder
  .objectRef<{ gate: string; ok: boolean; reason: string }>('GateResult')
  .implement({
    fields: (t) => ({
      gate: t.exposeString('gate'),
      ok: t.exposeBoolean('ok'),
      reason: t.exposeString('reason'),
    }),
  });

export const AliasEventRef = builder.objectRef<AliasEvent>('AliasEvent').implement({
  description: 'Who pointed an alias where, when and why. Nothing of it is changed or deleted.',
  fields: (t) => ({
    seq: t.exposeInt('seq', { description: 'Number in the log of the whole registry.' }),
    at: t.field({ type: 'DateTime', resolve: ({ at }) => at }),
    who: t.exposeString('who'),
    why: t.exposeString('why'),
    alias: t.string({ resolve: ({ data }) => data.alias }),
    action: t.field({ type: AliasActionEnum, resolve: actionOf }),
    from: t.int({ nullable: true, resolve: ({ data }) => data.from }),
    to: t.int({ nullable: true, resolve: ({ data }) => ('to' in data ? data.to : null) }),
    gates: t.field({
      type: [GateResultRef],
      description: 'What was checked.',
      resolve: ({ data }) => ('gates' in data ? data.gates : []),
    }),
  }),
});

const AliasActionEnum = builder.enumType('AliasAction', {
  values: ['PROMOTE', 'ROLLBACK', 'REMOVE'] as const,
});

export function isAliasEvent(event: RegistryEvent): event is AliasEvent {
  return event.kind === 'model_version_alias.created' || event.kind === 'model_version_alias.deleted';
}

function actionOf(event: AliasEvent) {
  if (event.kind === 'model_version_alias.deleted') return 'REMOVE' as const;
  return event.data.action === 'rollback' ? ('ROLLBACK' as const) : ('PROMOTE' as const);
}
