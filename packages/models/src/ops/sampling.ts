// GridSample: linear or nearest look-up at fractional positions. The gradient to the grid is exact and cheap enough;
// there is none to the sampled image (it needs a scatter, which the runtime does racily).

import { refuse } from '../graph/dim.js';
import type { GraphNode, Val } from '../graph/graph.js';
import * as b from './build.js';
import type { OperatorTable } from './operator.js';

/**
 * d sample / d coordinate along one axis = (value one voxel up − value one voxel down) at the cell's two faces, linear
 * in the other axes, times (extent − 1)/2 for the [-1, 1] scale. Zero where the position lies outside (border padding).
 */
function gridGradient(node: GraphNode, dy: Val): Val {
  const [x, grid] = node.inputs as [Val, Val];
  const axes = grid.rank - 2;
  const coordinates = b.split(grid, Array<number>(axes).fill(1), grid.rank - 1);
  const parts = coordinates.map((coordinate, axis) => {
    const extent = x.extent(x.rank - 1 - axis); // coordinate 0 is x, the last axis of the image
    const half = (extent - 1) / 2;
    const index = b.mul(b.add(coordinate, 1), half);
    // the cell's lower face: truncation is the floor of a position that is not negative
    const inside = b.minimum(b.maximum(index, 0), extent - 1);
    const low = b.minimum(b.cast(b.cast(inside, 'i32'), 'f32'), extent - 2);
    const face = (shift: number): Val => {
      const at = b.sub(b.mul(b.add(low, shift), 1 / half), 1);
      return b.gridSample(
        x,
        b.concat(
          coordinates.map((other, i) => (i === axis ? at : other)),
          grid.rank - 1,
        ),
      );
    };
    const slope = b.mul(b.sub(face(1), face(0)), dy);
    const summed = b.mul(b.reduceSum(slope, [1], true), half); // [n, 1, (d',) h', w']
    const last = b.transpose(summed, [0, ...Array.from({ length: axes }, (_, i) => i + 2), 1]);
    const within = b.and(b.not(b.less(coordinate, -1)), b.not(b.greater(coordinate, 1)));
    return b.mul(last, b.cast(within, 'f32'));
  });
  return b.concat(parts, grid.rank - 1);
}

export const samplingOperators: OperatorTable = {
  GridSample: {
    infer: ([x, grid]) => {
      const axes = x!.rank - 2;
      if (grid?.rank !== x!.rank || grid.shape.at(-1) !== axes || grid.shape[0] !== x!.shape[0]) {
        refuse(`GridSample of [${x!.shape}] at [${grid?.shape}]: expected [n, ...out, ${axes}]`);
      }
      return [{ dtype: 'f32', shape: [x!.shape[0]!, x!.shape[1]!, ...grid.shape.slice(1, -1)] }];
    },
    gradient: (node, [dy], wants) => {
      const { mode, padding_mode: padding } = node.attributes;
      const linearBorder =
        mode !== undefined &&
        'string' in mode &&
        mode.string === 'linear' &&
        padding !== undefined &&
        'string' in padding &&
        padding.string === 'border';
      if (wants[0]) refuse('GridSample: there is no gradient to the sampled image');
      if (!linearBorder) refuse('GridSample: a gradient is defined for linear sampling with border padding');
      return [undefined, gridGradient(node, dy!)];
    },
  },
};
