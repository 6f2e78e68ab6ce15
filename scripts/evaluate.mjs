// `npm run evaluate -- NAME [--quick] [--json]`: builds when needed and runs bench/evaluations/NAME.
import { runNamed } from './run-named.mjs';

await runNamed('evaluate');
