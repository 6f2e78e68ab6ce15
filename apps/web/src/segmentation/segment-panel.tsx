'use client';
// What tasks found in the shown series, over the picture and as volumes; and the way to ask for more.
import { useState } from 'react';
import { plural, timeText } from '../format/quantities';
import { viaThisServer } from '../graphql/blob-address';
import { useMay } from '../graphql/use-role';
import { FailureNotice, Panel } from '../shell/notices';
import { SegmentForm } from './segment-form';
import { StructureList } from './structure-list';
import type { Segmentation, Segmentations } from './use-segmentations';

interface Props {
  readonly seriesId: string;
  readonly segmentations: Segmentations;
}

export function SegmentPanel({ seriesId, segmentations }: Props) {
  const { all, chosen, hidden, opacity, failure } = segmentations;
  const maySegment = useMay('CURATOR');
  const [isAsking, setIsAsking] = useState(false);
  if (all.length === 0 && !maySegment && failure === undefined) return null;
  return (
    <Panel title="Segmentation" testId="segmentation" aside="Research use only">
      {failure !== undefined && <FailureNotice failure={failure} onRetry={segmentations.reload} />}
      {all.length > 0 && (
        <label className="flex flex-col gap-1 text-ink-soft text-xs">
          Over the picture
          <select
            data-testid="segmentation-choice"
            value={chosen?.id ?? ''}
            onChange={(event) => segmentations.choose(event.target.value || undefined)}
            className="h-8 rounded border border-control-line bg-raised px-1 text-ink text-sm"
          >
            <option value="">nothing</option>
            {all.map((each) => (
              <option key={each.id} value={each.id}>
                {titleOf(each)}
              </option>
            ))}
          </select>
        </label>
      )}
      {chosen !== undefined && (
        <div className="mt-2 flex flex-col gap-2" data-testid="segmentation-detail">
          <label className="flex items-center gap-2 text-ink-soft text-xs">
            Opacity
            <input
              type="range"
              min={0}
              max={1}
              step={0.05}
              value={opacity}
              onChange={(event) => segmentations.setOpacity(Number(event.target.value))}
              className="flex-1 accent-accent"
            />
          </label>
          {foundIn(chosen).length === 0 ? (
            <p className="text-sm">Nothing was found.</p>
          ) : (
            <StructureList structures={foundIn(chosen)} hidden={hidden} onHide={segmentations.setHidden} />
          )}
          <Conflicts conflicts={chosen.conflicts} />
          <Files chosen={chosen} />
        </div>
      )}
      {maySegment &&
        (isAsking ? (
          <div className="mt-3 border-line border-t pt-2">
            <SegmentForm
              key={seriesId}
              seriesId={seriesId}
              onDone={(id) => {
                segmentations.reload();
                segmentations.choose(id);
                setIsAsking(false);
              }}
            />
          </div>
        ) : (
          <button
            type="button"
            data-testid="ask-segment"
            onClick={() => setIsAsking(true)}
            className={`${all.length > 0 ? 'mt-3 ' : ''}h-8 rounded border border-control-line px-3 text-sm hover:bg-raised`}
          >
            Segment…
          </button>
        ))}
    </Panel>
  );
}

const foundIn = ({ structures }: Segmentation) => structures.filter(({ volumeMl }) => volumeMl > 0);

function titleOf({ tasks, createdAt }: Segmentation): string {
  const names = tasks.map(({ task }) => task.replace('models:/', ''));
  const shown =
    names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  return `${shown} · ${timeText(createdAt)}`;
}

function Conflicts({ conflicts }: { conflicts: Segmentation['conflicts'] }) {
  if (conflicts.voxels === 0) return null;
  return (
    <details className="rounded bg-present-wash px-2 py-1 text-xs" data-testid="conflicts">
      <summary className="text-present">
        Tasks disagreed on {plural(conflicts.voxels, 'voxel')} of {conflicts.foreground}
      </summary>
      <ul className="mt-1">
        {conflicts.pairs.map(({ structures, voxels }) => (
          <li key={structures.join()}>
            {structures.join(' and ').replaceAll('_', ' ')}: {plural(voxels, 'voxel')}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Files({ chosen }: { chosen: Segmentation }) {
  const missing = chosen.structures.filter(({ volumeMl }) => volumeMl === 0);
  const skipped = chosen.tasks.filter(({ outcome }) => outcome === 'SKIPPED');
  return (
    <div className="text-xs">
      {missing.length > 0 && (
        <p className="mb-1 text-ink-soft" data-testid="not-found">
          Looked for and not found: {missing.map(({ name }) => name.replaceAll('_', ' ')).join(', ')}
        </p>
      )}
      {skipped.length > 0 && (
        <p className="mb-1 text-ink-soft">
          Not in this part of the body: {skipped.map(({ task }) => task.replace('models:/', '')).join(', ')}
        </p>
      )}
      <p className="flex flex-wrap gap-x-3 gap-y-1">
        <a
          href={viaThisServer(chosen.labelsUrl)}
          download="labels.nii.gz"
          data-testid="download-nifti"
          className="text-accent underline"
        >
          Label map (NIfTI)
        </a>
        {chosen.dicomUrl !== null && (
          <a
            href={viaThisServer(chosen.dicomUrl)}
            download="segmentation.dcm"
            data-testid="download-dicom"
            className="text-accent underline"
          >
            DICOM SEG
          </a>
        )}
      </p>
      <p className="mt-1 truncate text-ink-soft" title={`Geometry ${chosen.geometryDigest}`}>
        Computed on {chosen.device}
      </p>
    </div>
  );
}
