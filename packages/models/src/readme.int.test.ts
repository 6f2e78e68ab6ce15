import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('the example of the README builds an ONNX model', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, example] = /```ts\n(.*?)```/s.exec(readme)!;
  const door = new URL('../dist/index.js', import.meta.url).href;
  const script = `${example!.replace("'@tomograph/models'", `'${door}'`)}\nconsole.log(bytes.length, params.total);`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  const [bytes, total] = out.trim().split(' ').map(Number);
  expect(bytes).toBeGreaterThan(1000);
  expect(total).toBe(8 * 16 + 16 + 16 * 3 + 3);
});
