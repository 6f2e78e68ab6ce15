'use client';
// One case: images beside its report, then cases like it. Which image and how it is shown stands in the address.
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { useCallback, useEffect, useState } from 'react';
import { useOperation } from '../graphql/use-operation';
import { useMay } from '../graphql/use-role';
import { FindingsPanel } from '../meaning/findings-panel';
import { useHeat } from '../meaning/use-heat';
import { NodulePanel } from '../nodule/nodule-panel';
import { useNodules } from '../nodule/use-nodules';
import { SegmentPanel } from '../segmentation/segment-panel';
import { useSegmentations } from '../segmentation/use-segmentations';
import { EmptyNotice, FailureNotice } from '../shell/notices';
import { SeriesViewer } from '../viewer/series-viewer';
import { parseViewer, type ViewerState, withViewer } from '../viewer/viewer-state';
import { XrayViewer } from '../viewer/xray-viewer';
import { AttachReport } from './attach-report';
import { CaseHeader } from './case-header';
import type { CaseAnswer } from './case-types';
import { ImageTabs } from './image-tabs';
import { ReadingNotes } from './reading-notes';
import { ReportPanel } from './report-panel';
import { SimilarCases } from './similar-cases';

export function CasePage({ id }: { id: string }) {
  const { data, failure, reload } = useOperation('CaseDetail', { id });
  const found = data?.case;
  useEffect(() => {
    if (found) document.title = `${found.label} · Tomograph`;
  }, [found]);
  if (failure !== undefined) {
    return (
      <div className="p-4">
        <h1 className="sr-only">Case</h1>
        <FailureNotice failure={failure} onRetry={reload} />
      </div>
    );
  }
  if (data !== undefined && !found) {
    return (
      <>
        <h1 className="sr-only">Case not found</h1>
        <EmptyNotice title="No such case">
          It does not exist, was erased, or is not yours to see.{' '}
          <Link href="/" className="text-accent underline">
            Search
          </Link>
        </EmptyNotice>
      </>
    );
  }
  if (!found) {
    return (
      <p role="status" className="p-4 text-ink-soft text-sm">
        Loading the case…
      </p>
    );
  }
  return <LoadedCase found={found} reload={reload} />;
}

function LoadedCase({ found, reload }: { found: CaseAnswer; reload: () => void }) {
  const params = useSearchParams();
  // Kept here and mirrored into the address: the router's own state would lag behind quick keys.
  const [state, setState] = useState(() => parseViewer(new URLSearchParams(params)));
  const change = useCallback((part: Partial<ViewerState>) => {
    setState((before) => ({ ...before, ...part }));
    const next = withViewer(new URLSearchParams(window.location.search), part).toString();
    window.history.replaceState(null, '', next === '' ? window.location.pathname : `?${next}`);
  }, []);
  const xray = found.xrays.find((candidate) => candidate.id === state.series);
  const series = found.series.find((candidate) => candidate.id === state.series) ?? found.series[0];
  const shownXray = xray ?? (series === undefined ? found.xrays[0] : undefined);
  const shown = shownXray ?? series;
  const ct = shownXray === undefined && series?.modality === 'CT' ? series : undefined;
  const segmentations = useSegmentations(ct?.id, params.get('seg'));
  const nodules = useNodules(ct?.id, params.get('nodule'));
  const heat = useHeat(ct?.id);
  const mayAttach = useMay('CURATOR');
  const words = (
    <>
      <ReadingNotes notes={shown?.notes ?? []} />
      {ct !== undefined && <NodulePanel key={ct.id} seriesId={ct.id} nodules={nodules} />}
      {ct !== undefined && <SegmentPanel seriesId={ct.id} segmentations={segmentations} />}
      {ct !== undefined && <FindingsPanel caseId={found.id} heat={heat} />}
      <ReportPanel reports={found.reports} citedSentence={params.get('sentence') ?? undefined} />
      {mayAttach && <AttachReport caseId={found.id} onAttached={reload} />}
    </>
  );
  return (
    <div className="flex flex-1 flex-col gap-3 p-3">
      <CaseHeader found={found} />
      {shown === undefined ? (
        <div className="flex w-full max-w-4xl flex-col gap-3" data-testid="report-only">
          {words}
        </div>
      ) : (
        <div className="grid gap-3 lg:h-[calc(100dvh-10rem)] lg:min-h-[32rem] lg:grid-cols-[minmax(0,1fr)_24rem]">
          <div className="flex h-[70dvh] min-w-0 flex-col overflow-hidden rounded-md border border-line bg-panel lg:h-auto">
            <ImageTabs
              found={found}
              shownId={shown.id}
              onShow={(id) => change({ series: id, at: undefined })}
            />
            {shownXray !== undefined && (
              <XrayViewer key={shownXray.id} xray={shownXray} state={state} change={change} />
            )}
            {shownXray === undefined && series !== undefined && (
              <SeriesViewer
                series={series}
                overlay={nodules.overlay ?? segmentations.overlay}
                places={nodules.places}
                heat={heat.overlay}
                state={state}
                change={change}
              />
            )}
          </div>
          <div className="flex min-h-0 flex-col gap-3 lg:overflow-y-auto">{words}</div>
        </div>
      )}
      <SimilarCases id={found.id} />
    </div>
  );
}
