'use client';
// One series: as a volume where the machine can, else as its prepared pictures with the reason.
import dynamic from 'next/dynamic';
import { useEffect, useState } from 'react';
import type { CaseSeries } from '../cases/case-types';
import { bytesText, sizeText } from '../format/quantities';
import { modalityWords } from '../format/words';
import { viaThisServer } from '../graphql/blob-address';
import { judgeVolume, readDevice, type VolumeVerdict } from './memory-budget';
import type { HeatOverlay } from './use-heat-overlay';
import type { LabelOverlay } from './use-label-overlay';
import type { ViewerPlaces } from './use-places';
import type { ViewerState } from './viewer-state';

const VolumeViewer = dynamic(() => import('./volume-viewer').then((module) => module.VolumeViewer), {
  ssr: false,
});

interface Props {
  readonly series: CaseSeries;
  readonly overlay?: LabelOverlay | undefined;
  readonly heat?: HeatOverlay | undefined;
  readonly places?: ViewerPlaces | undefined;
  readonly state: ViewerState;
  readonly change: (change: Partial<ViewerState>) => void;
}

export function SeriesViewer({ series, overlay, heat, places, state, change }: Props) {
  const [verdict, setVerdict] = useState<VolumeVerdict>();
  const [insists, setInsists] = useState(false);
  useEffect(() => {
    setVerdict(judgeVolume(series.size, readDevice()));
    setInsists(false);
  }, [series.size]);
  if (verdict === undefined) return <div className="flex-1 bg-black" />;
  if (verdict.show === 'pictures' && !insists) {
    return <Pictures series={series} verdict={verdict} onInsist={() => setInsists(true)} />;
  }
  const label = `${modalityWords[series.modality]} volume, ${sizeText(series.size)} voxels`;
  return (
    <VolumeViewer
      key={series.id}
      url={viaThisServer(series.volumeUrl)}
      has3dBesidePlanes={verdict.show === 'volume' && verdict.has3dBesidePlanes}
      label={label}
      overlay={overlay}
      heat={heat}
      places={places}
      state={state}
      change={change}
    />
  );
}

interface PicturesProps {
  readonly series: CaseSeries;
  readonly verdict: Extract<VolumeVerdict, { show: 'pictures' }>;
  readonly onInsist: () => void;
}

function Pictures({ series, verdict, onInsist }: PicturesProps) {
  const views = ['axial', 'coronal', 'sagittal', 'mip'] as const;
  const names = { axial: 'Axial', coronal: 'Coronal', sagittal: 'Sagittal', mip: 'Maximum intensity' };
  return (
    <section
      aria-label="Viewer"
      data-testid="viewer-pictures"
      className="flex min-h-0 flex-1 flex-col bg-black"
    >
      <p className="border-line border-b bg-panel px-3 py-2 text-sm">
        Middle slices instead of the volume: {verdict.reason}.
        {verdict.canInsist && (
          <button type="button" onClick={onInsist} className="ml-2 text-accent underline">
            Load it anyway ({bytesText(verdict.bytes)})
          </button>
        )}
      </p>
      <div className="grid min-h-0 flex-1 grid-cols-2 gap-0.5">
        {views.map((view) => (
          <figure key={view} className="relative grid min-h-40 place-items-center overflow-hidden">
            {/* biome-ignore lint/performance/noImgElement: prepared by the ingest in this size */}
            <img
              src={viaThisServer(series.thumbnails[view])}
              alt={`${names[view]} view of the volume`}
              className="max-h-full max-w-full object-contain"
            />
            <figcaption className="absolute top-1 left-2 text-[#d5e2ea] text-xs">{names[view]}</figcaption>
          </figure>
        ))}
      </div>
    </section>
  );
}
