// The closed operator set. A node of any other kind cannot be built.
import { convolutionOperators } from './convolution.js';
import { elementwiseOperators } from './elementwise.js';
import { matrixOperators } from './matrix.js';
import { movementOperators } from './movement.js';
import type { OperatorTable } from './operator.js';
import { reductionOperators } from './reduction.js';
import { samplingOperators } from './sampling.js';

export const operators: OperatorTable = {
  ...elementwiseOperators,
  ...matrixOperators,
  ...convolutionOperators,
  ...reductionOperators,
  ...movementOperators,
  ...samplingOperators,
};
