import { expect, test } from 'vitest';
import { createFrameReader, type Unit } from './wire-frames.js';

function message(type: string, body = ''): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + body.length);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body)]);
}
function opening(code: number, body = ''): Buffer {
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + body.length, 0);
  head.writeInt32BE(code, 4);
  return Buffer.concat([head, Buffer.from(body)]);
}
const startup = opening(196_608, 'user\0postgres\0\0');
const text = (unit: Unit) => (unit.kind === 'run' ? Buffer.from(unit.bytes).toString('latin1') : unit.kind);

test('encryption is refused, then the start-up message runs', () => {
  const read = createFrameReader();
  const units = read(Buffer.concat([opening(80_877_103), opening(80_877_104), startup]));
  expect(units.map((unit) => unit.kind)).toEqual(['refuse', 'refuse', 'run']);
});

test('messages up to Sync are one unit, however the bytes arrive', () => {
  const statement = [message('P', 'parse'), message('B', 'bind'), message('E', 'execute'), message('S')];
  const stream = Buffer.concat([startup, ...statement, message('Q', 'select 1\0'), message('X')]);
  for (const size of [1, 2, 7, 64, stream.length]) {
    const read = createFrameReader();
    const units: Unit[] = [];
    for (let at = 0; at < stream.length; at += size) units.push(...read(stream.subarray(at, at + size)));
    expect(units.map(text)).toEqual([
      startup.toString('latin1'),
      Buffer.concat(statement).toString('latin1'),
      message('Q', 'select 1\0').toString('latin1'),
      'end',
    ]);
  }
});

test('a unit that ends in Flush says that it goes on', () => {
  const read = createFrameReader();
  const units = read(Buffer.concat([startup, message('P', 'parse'), message('H'), message('S')]));
  expect(units.map((unit) => unit.kind === 'run' && unit.continues)).toEqual([false, true, false]);
});

test('a cancel request and another protocol end the connection', () => {
  expect(createFrameReader()(opening(80_877_102, '12345678'))).toEqual([{ kind: 'end' }]);
  expect(createFrameReader()(opening(131_072))).toEqual([{ kind: 'end' }]);
});

test('an absurd length is refused before anything is kept for it', () => {
  const huge = Buffer.from([0x51, 0x7f, 0xff, 0xff, 0xff]);
  const read = createFrameReader();
  read(startup);
  expect(() => read(huge)).toThrow('refused');
  expect(() => createFrameReader()(Buffer.from([0, 0, 0, 1]))).toThrow('refused');
});
