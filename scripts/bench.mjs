// `npm run bench -- NAME [--quick] [--json]`: builds when needed and runs bench/benches/NAME.
import { runNamed } from './run-named.mjs';

await runNamed('bench');
