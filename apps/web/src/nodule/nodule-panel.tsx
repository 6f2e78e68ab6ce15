'use client';
// Nodules of the shown CT: mark places in the picture, have them assessed, look at what came out now and before.
import { timeText } from '../format/quantities';
import { useMay } from '../graphql/use-role';
import { FailureNotice, Panel } from '../shell/notices';
import { AssessForm } from './assess-form';
import { NoduleDetail } from './nodule-detail';
import { assessmentLine, noduleCaution } from './nodule-words';
import { centreOf, type Nodules } from './use-nodules';

export function NodulePanel({ seriesId, nodules }: { seriesId: string; nodules: Nodules }) {
  const { all, chosen, failure } = nodules;
  const mayAssess = useMay('CURATOR');
  if (all.length === 0 && !mayAssess && failure === undefined) return null;
  const look = (id: string | undefined) => {
    nodules.choose(id);
    const found = all.find((each) => each.id === id);
    if (found !== undefined) nodules.goTo(centreOf(found));
  };
  return (
    <Panel title="Nodule" testId="nodule" aside="Research use only">
      <p className="mb-2 text-ink-soft text-xs" data-testid="nodule-caution">
        How likely radiologists would rate a nodule malignant: {noduleCaution}.
      </p>
      {failure !== undefined && <FailureNotice failure={failure} onRetry={nodules.reload} />}
      {mayAssess && (
        <AssessForm
          seriesId={seriesId}
          nodules={nodules}
          onDone={(id) => {
            nodules.reload();
            nodules.setMarks([]);
            if (id !== undefined) nodules.choose(id);
          }}
        />
      )}
      {all.length > 0 && (
        <label className="mt-3 flex flex-col gap-1 text-ink-soft text-xs">
          Assessed before
          <select
            data-testid="nodule-choice"
            value={chosen?.id ?? ''}
            onChange={(event) => look(event.target.value || undefined)}
            className="h-8 rounded border border-control-line bg-raised px-1 text-ink text-sm"
          >
            <option value="">none shown</option>
            {all.map((each) => (
              <option key={each.id} value={each.id}>
                {assessmentLine(each)} · {timeText(each.createdAt)}
              </option>
            ))}
          </select>
        </label>
      )}
      {chosen !== undefined && (
        <NoduleDetail assessment={chosen} onGoTo={() => nodules.goTo(centreOf(chosen))} />
      )}
    </Panel>
  );
}
