// The mutation that has nodules assessed: points, boxes, or a list of both in one series.
import { maxNoduleBoxMm, maxNoduleTargets, type NoduleTarget } from '@tomograph/kernel';
import { assessNodules } from '../../models/nodule-jobs.js';
import { builder, refuseLongList } from '../builder.js';
import { decodeId } from '../global-id.js';
import { settle } from '../user-error.js';
import { jobPayload } from './payload.js';

const LpsPointInput = builder.inputType('LpsPointInput', {
  description: 'A place in the patient, mm: x to the left, y to the back, z to the head.',
  fields: (t) => ({
    x: t.float({ required: true }),
    y: t.float({ required: true }),
    z: t.float({ required: true }),
  }),
});

const NodulePlaceInput = builder.inputType('NodulePlaceInput', {
  description: 'Either `point`, or `low` and `high` of a box.',
  fields: (t) => ({
    point: t.field({ type: LpsPointInput, description: 'Within about 5 mm of the nodule.' }),
    low: t.field({ type: LpsPointInput }),
    high: t.field({
      type: LpsPointInput,
      description: `Above \`low\` on every axis, by at most ${maxNoduleBoxMm} mm. The nodule's middle lies inside.`,
    }),
  }),
});
type Place = typeof NodulePlaceInput.$inferInput;
type Point = typeof LpsPointInput.$inferInput;

const AssessNoduleInput = builder.inputType('AssessNoduleInput', {
  fields: (t) => ({
    series: t.id(),
    case: t.id({ description: 'Instead of `series`: the case whose only CT is meant.' }),
    places: t.field({
      type: [NodulePlaceInput],
      required: true,
      description: `1 to ${maxNoduleTargets}: each is answered by itself.`,
    }),
    clientMutationId: t.string(),
  }),
});
const AssessNodulePayload = jobPayload('AssessNodulePayload');

builder.mutationFields((t) => ({
  assessNodule: t.field({
    type: AssessNodulePayload,
    description:
      'CURATOR. Starts a job: how likely radiologists would rate the nodule at each place malignant, and why. Ratings, not histology; research use only. A place that cannot be assessed is refused in its own answer; the same places are the same job.',
    args: { input: t.arg({ type: AssessNoduleInput, required: true }) },
    resolve: (_root, { input }, { db, models }) =>
      settle(input.clientMutationId, async () => {
        refuseLongList('places', input.places, maxNoduleTargets);
        return assessNodules(db, models, {
          seriesId: input.series ? decodeId('Series', input.series, 'series') : undefined,
          studyId: input.case ? decodeId('Case', input.case, 'case') : undefined,
          targets: input.places.map(targetOf),
        });
      }),
  }),
}));

const triple = ({ x, y, z }: Point): [number, number, number] => [x, y, z];

/** What is half a place fails the check of places with its number. */
function targetOf({ point, low, high }: Place): NoduleTarget {
  if (point && !low && !high) return { kind: 'POINT', point: triple(point) };
  if (low && high && !point) return { kind: 'BOX', low: triple(low), high: triple(high) };
  return { kind: 'a point, or low and high of a box' } as never;
}
