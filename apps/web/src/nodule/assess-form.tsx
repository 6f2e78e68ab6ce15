'use client';
// Where to look: the crosshair, or places that were marked; then the job that looks, followed to its end.
import { useState } from 'react';
import { plural } from '../format/quantities';
import { type ApiFailure, failFromUserErrors, toApiFailure } from '../graphql/api-failure';
import { request } from '../graphql/client';
import { JobLine } from '../jobs/job-line';
import { FailureNotice } from '../shell/notices';
import { placeText } from './nodule-words';
import { maxMarks, type Nodules } from './use-nodules';

interface Props {
  readonly seriesId: string;
  readonly nodules: Nodules;
  /** With the first assessment of the job. */
  readonly onDone: (id: string | undefined) => void;
}

const quiet = 'min-h-8 rounded border border-control-line px-3 text-sm hover:bg-raised disabled:opacity-50';

export function AssessForm({ seriesId, nodules, onDone }: Props) {
  const { marks, setMarks, place, goTo } = nodules;
  const [refusal, setRefusal] = useState<ApiFailure>();
  const [jobId, setJobId] = useState<string>();
  const asked = marks.length > 0 ? marks : place === undefined ? [] : [place];
  const assess = async () => {
    setRefusal(undefined);
    try {
      const places = asked.map(({ x, y, z }) => ({ point: { x, y, z } }));
      const { assessNodule } = await request('AssessNodule', { input: { series: seriesId, places } });
      failFromUserErrors(assessNodule.userErrors);
      setJobId(assessNodule.job?.id);
    } catch (error) {
      setRefusal(toApiFailure(error));
    }
  };
  return (
    <div data-testid="assess-form">
      <p className="text-xs">
        Click the nodule in the picture, or move the crosshair with the arrow keys.{' '}
        <span className="text-ink-soft tabular-nums" data-testid="nodule-place">
          {place === undefined ? 'The scan is loading.' : `Crosshair at ${placeText(place)} mm (LPS).`}
        </span>
      </p>
      {marks.length > 0 && (
        <ol className="mt-2 flex flex-col gap-0.5 text-xs" aria-label="Marked places">
          {marks.map((mark, n) => (
            <li key={placeText(mark)} className="flex items-center gap-2" data-testid="nodule-mark">
              <button
                type="button"
                onClick={() => goTo(mark)}
                className="min-h-6 flex-1 text-left tabular-nums underline"
              >
                {n + 1}. {placeText(mark)}
              </button>
              <button
                type="button"
                onClick={() => setMarks(marks.filter((_, at) => at !== n))}
                className="min-h-6 text-accent underline"
              >
                Remove<span className="sr-only"> place {n + 1}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
      <div className="mt-2 flex flex-wrap gap-2">
        <button
          type="button"
          data-testid="assess"
          onClick={assess}
          disabled={asked.length === 0 || jobId !== undefined}
          className="min-h-8 rounded bg-accent px-3 font-medium text-accent-ink text-sm disabled:opacity-50"
        >
          {marks.length > 0 ? `Assess ${plural(marks.length, 'place')}` : 'Assess here'}
        </button>
        <button
          type="button"
          data-testid="mark-place"
          onClick={() => place !== undefined && setMarks([...marks, place])}
          disabled={
            place === undefined ||
            marks.length >= maxMarks ||
            marks.some((mark) => placeText(mark) === placeText(place))
          }
          className={quiet}
        >
          Mark and go on
        </button>
      </div>
      {refusal !== undefined && (
        <div className="mt-2">
          <FailureNotice failure={refusal} />
        </div>
      )}
      {jobId !== undefined && (
        <JobLine
          key={jobId}
          id={jobId}
          testId="nodule-job"
          label="Assessment"
          again="Ask again"
          resultOf={(signal) =>
            request('NoduleJob', { id: jobId }, { signal }).then(({ job }) => job?.noduleAssessments[0]?.id)
          }
          onEnd={(id) => {
            setJobId(undefined);
            onDone(id);
          }}
          onDismiss={() => setJobId(undefined)}
        />
      )}
    </div>
  );
}
