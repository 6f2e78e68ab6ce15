// Cuts a client's bytes into units that must run without another client in between. Not a parser of their content.
// Source: PostgreSQL documentation, "Frontend/Backend Protocol", message formats (protocol 3.0).

export type Unit =
  /** Bytes for the database. `continues`: ended by Flush, the same client's Sync is still to come. */
  | { readonly kind: 'run'; readonly bytes: Uint8Array; readonly continues: boolean }
  /** An encryption request, answered by one byte 'N'. */
  | { readonly kind: 'refuse' }
  | { readonly kind: 'end' };

const startupVersion = 196_608;
const encryptionRequests = [80_877_103, 80_877_104]; // SSL, GSSAPI
const maxMessageBytes = 256 << 20;

/** @returns a function that takes the next bytes of one connection and gives the units they complete */
export function createFrameReader(): (chunk: Buffer) => Unit[] {
  let started = false;
  let pending: Buffer[] = []; // chunks not yet cut
  let pendingBytes = 0;
  let neededBytes = 0; // what the next message needs, so that a large one is joined once and not per chunk
  let batch: Buffer[] = []; // whole messages before their Sync

  return (chunk) => {
    pending.push(chunk);
    pendingBytes += chunk.length;
    if (pendingBytes < neededBytes) return [];
    let buffer = pending.length === 1 ? chunk : Buffer.concat(pending);
    const units: Unit[] = [];
    for (;;) {
      const length = messageBytes(buffer, started);
      if (length === undefined || buffer.length < length) {
        neededBytes = length ?? 0;
        break;
      }
      const message = buffer.subarray(0, length);
      buffer = buffer.subarray(length);
      if (!started) {
        const unit = firstMessage(message);
        started = unit.kind === 'run';
        units.push(unit);
        continue;
      }
      const type = String.fromCharCode(message[0]!);
      if (type === 'X') {
        units.push({ kind: 'end' });
        continue;
      }
      batch.push(message);
      if (type === 'S' || type === 'Q' || type === 'F' || type === 'H') {
        units.push({ kind: 'run', bytes: new Uint8Array(Buffer.concat(batch)), continues: type === 'H' });
        batch = [];
      }
    }
    pending = buffer.length > 0 ? [buffer] : [];
    pendingBytes = buffer.length;
    return units;
  };
}

/** Length of the first message in the buffer, or undefined while its header is incomplete. */
function messageBytes(buffer: Buffer, started: boolean): number | undefined {
  const header = started ? 1 : 0; // a start-up message has no type byte
  if (buffer.length < header + 4) return undefined;
  const length = buffer.readInt32BE(header);
  if (length < 4 || length > maxMessageBytes) throw new Error(`wire message of ${length} bytes refused`);
  return header + length;
}

function firstMessage(message: Buffer): Unit {
  const code = message.length >= 8 ? message.readInt32BE(4) : 0;
  if (encryptionRequests.includes(code)) return { kind: 'refuse' };
  if (code === startupVersion) return { kind: 'run', bytes: new Uint8Array(message), continues: false };
  return { kind: 'end' }; // a cancel request (there is no backend process to signal) or another protocol
}
