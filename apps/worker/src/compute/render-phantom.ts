// One phantom as the invented patient of a demo case: CT, report and an AP X-ray.
import { renderDrr } from '@tomograph/imaging';
import { render } from '@tomograph/phantom';
import type { RenderedPhantom } from './tasks.js';

export async function renderPhantom({
  seed,
  size,
}: {
  seed: number;
  size: number;
}): Promise<RenderedPhantom> {
  const phantom = render(seed, { size });
  const { display: xray } = renderDrr(phantom.volume, {
    view: 'AP',
    beam: { kind: 'cone', sourceToDetectorMm: 1800, sourceToCentreMm: 1550 },
    pixelMm: 1.2,
    voxelMm: 1.5,
  });
  const { sex, ageYears } = phantom.body.subject;
  return { volume: phantom.volume, reportText: phantom.report.text, sex, ageYears, xray };
}
