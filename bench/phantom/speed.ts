// Processor time and memory of rendering one subject after the other in one thread.
import { render } from '@tomograph/phantom';
import { bar } from '../evaluation.js';
import { median, type Part, seedsOf } from './part.js';

export function speed(quick: boolean): Part {
  render(99, { size: 32 }); // compiled code is what is measured
  const rows: (string | number)[][] = [];
  const measured = [64, 96, 128].map((size) => {
    const runs = seedsOf(quick, 3, 7).map((seed) => {
      const [cpu, wall] = [process.cpuUsage(), performance.now()];
      render(seed, { size });
      const { user, system } = process.cpuUsage(cpu);
      return { cpu: (user + system) / 1e6, wall: (performance.now() - wall) / 1000 };
    });
    const [cpu, wall] = [median(runs.map((r) => r.cpu)), median(runs.map((r) => r.wall))];
    rows.push([`${size}³`, cpu, Math.max(...runs.map((r) => r.cpu)), wall]);
    return { cpu, n: runs.length };
  });
  const peakMb = process.resourceUsage().maxRSS / 1000;
  return {
    bars: [
      bar('64³ per subject on one thread, median CPU time', measured[0]!.cpu, '≤', 1, measured[0]!.n, 's'),
      bar('128³ per subject on one thread, median CPU time', measured[2]!.cpu, '≤', 8, measured[2]!.n, 's'),
      bar('peak memory of the process after 128³', peakMb, '≤', 600, 1, 'MB'),
    ],
    tables: [
      { title: 'Seconds per subject', columns: ['size', 'CPU median', 'CPU max', 'wall median'], rows },
    ],
  };
}
