// A training step as one network: weights and optimiser state in, new ones out. Building only; running is trainer.ts.
import { type Sha256, sha256 } from '@tomograph/kernel';
import { grad } from '../autodiff/grad.js';
import { refuse } from '../graph/dim.js';
import type { Graph, Val } from '../graph/graph.js';
import type { FlatParams, ParamEntry } from '../graph/params.js';
import { type AdamW, adamW, adamWNodes, type Factors, factorsOf, gradientNorm } from '../optim/adamw.js';

/** Above this many trained values the optimiser runs as a loop: copying three vectors out costs more than it saves. */
const loopAbove = 20_000_000;

export interface TrainingProgram {
  readonly bytes: Uint8Array;
  /** Digest of the bytes: a checkpoint belongs to one program. */
  readonly digest: Sha256;
  readonly entries: readonly ParamEntry[];
  /** Number of trained values. */
  readonly total: number;
  /** Where AdamW runs: inside the network, or as a loop beside it. */
  readonly optimizer: 'graph' | 'loop';
  readonly settings: Omit<AdamW, 'rate' | 'decays'>;
  readonly factors: Factors;
  /** Names of the loss terms, printed when training stops. */
  readonly terms: readonly string[];
  readonly flops: number;
}

export interface ProgramOptions {
  readonly graph: Graph;
  readonly params: FlatParams;
  /** A scalar. */
  readonly loss: Val;
  /** Scalars to report beside the loss: its parts, or measures. */
  readonly terms?: Readonly<Record<string, Val>>;
  readonly optimizer?: Partial<AdamW>;
  readonly optimizerPlace?: 'graph' | 'loop';
}

/** Differentiates the loss and adds the optimiser. The graph is complete afterwards: nothing may be added. */
export function trainingProgram(options: ProgramOptions): TrainingProgram {
  const { graph, params, loss, terms = {} } = options;
  const settings: AdamW = { ...adamW, ...options.optimizer };
  if (params.total === 0) refuse('there is nothing to train');
  const gradient = params.flatten(grad(loss, params.sources));
  const norm = gradientNorm(gradient);
  const flat = params.seal();
  const factors = factorsOf(settings, params.entries);
  const place = options.optimizerPlace ?? (params.total > loopAbove ? 'loop' : 'graph');
  if (place === 'graph') {
    const next = adamWNodes(
      settings,
      factors,
      {
        params: flat,
        m: graph.input('m', 'f32', [params.total]),
        v: graph.input('v', 'f32', [params.total]),
        learningRate: graph.input('learningRate', 'f32', []),
        correction1: graph.input('correction1', 'f32', []),
        correction2: graph.input('correction2', 'f32', []),
      },
      gradient,
      norm,
    );
    graph.output('next.params', next.params);
    graph.output('next.m', next.m);
    graph.output('next.v', next.v);
  } else graph.output('gradient', gradient);
  graph.output('loss', loss);
  graph.output('norm', norm);
  for (const [name, term] of Object.entries(terms)) graph.output(`term.${name}`, term);
  const bytes = graph.encode();
  const { rate: _rate, decays: _decays, ...plain } = settings;
  return {
    bytes,
    digest: sha256(bytes),
    entries: params.entries,
    total: params.total,
    optimizer: place,
    settings: plain,
    factors,
    terms: Object.keys(terms),
    flops: graph.flops,
  };
}
