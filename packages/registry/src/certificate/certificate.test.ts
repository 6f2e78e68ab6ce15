import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson, type Sha256, sha256 } from '@tomograph/kernel';
import { afterAll, describe, expect, test } from 'vitest';
import { writeManifest } from '../manifest/manifest-file.js';
import { FakeReplay } from '../testing/fake-replay.js';
import { MemoryBlobStore } from '../testing/memory-blob-store.js';
import { sampleAdapter, sampleBase, sampleRuntime } from '../testing/sample-models.js';
import { type CertificateEvidence, certificateDocument } from './certificate-document.js';
import { signCertificate, verifyCertificate } from './certificate-file.js';
import { replayCanariesContract } from './replay-canaries.js';
import { loadSigningKey, signingKeyFromPem } from './signing-key.js';

const home = mkdtempSync(join(tmpdir(), 'tg-certificate-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const pem = () =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const key = signingKeyFromPem(pem());
const [base, first, second] = ['base', 'first', 'second'].map((name) => sha256(name));

const task = (model: string, manifest = sha256(model)) => ({
  model,
  version: 1,
  manifest,
  adapter: sha256(`${model} file`),
  factors: 20,
  head: 5,
});
const canary = (of = base!, change = '') => ({
  of,
  input: sha256('input'),
  before: sha256(`${of}`),
  after: sha256(`${of}${change}`),
});
const evidence = (change: Partial<CertificateEvidence> = {}): CertificateEvidence => ({
  issuedAt: '2026-01-02T03:04:05.000Z',
  base: { manifest: base!, weights: sha256('weights'), parameters: 1000 },
  tasks: [task('first', first), task('second', second)],
  runtime: sampleRuntime,
  canaries: [canary(base), canary(first)],
  dice: [
    [0.75, 0.5, null],
    [0.75, 0.875, 0.25],
    [0.75, 0.875, 0.75],
  ],
  diceUntrained: [null, 0.25, 0.125],
  ...change,
});
const testSets = (isReplayed: boolean, digest: Sha256 | null = sha256('cases')) =>
  [base!, first!, second!].map((of) => ({ of, digest, isReplayed }));
const code = (name: string) => expect.objectContaining({ code: name });

describe('the document', () => {
  test('measures growth apart for factors and heads, and transfer backward and forward', () => {
    const document = certificateDocument(evidence());
    expect(document.growth.perStep).toEqual([
      { factorsPercent: 2, headPercent: 0.5 },
      { factorsPercent: 2, headPercent: 0.5 },
    ]);
    expect(document.growth.total).toEqual({ factorsPercent: 4, headPercent: 1 });
    expect(document.bwt).toBe(0);
    expect(document.fwt).toBe((0.5 - 0.25 + (0.25 - 0.125)) / 2);
    expect(document).toMatchObject({ verdict: 'green', reasons: [] });
  });

  test('counts a loss backward, and leaves out what was not measured', () => {
    const lost = evidence({
      dice: [
        [0.75, null, null],
        [0.5, null, null],
        [0.25, 0.5, 0.75],
      ],
    });
    expect(certificateDocument(lost)).toMatchObject({ bwt: -0.5, fwt: null, verdict: 'red' });
    const nothing = evidence({ dice: Array(3).fill([null, null, null]) });
    expect(certificateDocument(nothing)).toMatchObject({ bwt: null, fwt: null, verdict: 'green' });
  });

  test.each<[string, Partial<CertificateEvidence>, RegExp]>([
    ['an output changed', { canaries: [canary(base), canary(first, ' other')] }, /output changed/],
    ['an earlier task has no canary', { canaries: [canary(base)] }, /first version 1 has no canary/],
    ['the base has no canary', { canaries: [canary(first)] }, /the base has no canary/],
    ['nothing was replayed', { canaries: [] }, /no canary/],
    [
      'Dice fell although the bytes agree',
      {
        dice: [
          [0.75, null, null],
          [0.75, 0.875, null],
          [0.75, 0.8749, 0.75],
        ],
      },
      /Dice on task 1 fell/,
    ],
  ])('is red when %s', (_what, change, reason) => {
    const { verdict, reasons } = certificateDocument(evidence(change));
    expect(verdict).toBe('red');
    expect(reasons.join('\n')).toMatch(reason);
  });

  test.each<[string, Partial<CertificateEvidence>]>([
    ['a matrix of another size', { dice: [[0.5]] }],
    ['a canary of the subject itself', { canaries: [canary(second)] }],
    ['a Dice whose test set was not replayed', { testSets: testSets(false) }],
    ['a replay of a test set without digest', { testSets: testSets(true, null) }],
    ['test sets in another order', { testSets: testSets(true).toReversed() }],
    ['a test set too few', { testSets: testSets(true).slice(1) }],
    ['a task twice', { tasks: [task('first', first), task('again', first)] }],
  ])('is refused for evidence with %s', (_what, change) => {
    expect(() => certificateDocument(evidence(change))).toThrow(code('CERTIFICATE_INVALID'));
  });
});

describe('the signature', () => {
  const bytes = signCertificate(evidence(), key);
  const changed = (change: (text: string) => string) =>
    new TextEncoder().encode(change(new TextDecoder().decode(bytes)));
  const trusted = [key.publicKey];

  test('verifies offline with nothing but the bytes and the public key', () => {
    const found = verifyCertificate(bytes, trusted);
    expect(found).toMatchObject({ keyId: key.keyId, digest: sha256(bytes) });
    expect(found.document.verdict).toBe('green');
    expect(signCertificate(evidence(), key)).toEqual(bytes); // Ed25519 is deterministic
  });

  test('certificates from before test sets were named, and those that name them, are read', () => {
    expect(verifyCertificate(bytes, trusted).document.testSets).toBeUndefined();
    const named = signCertificate(evidence({ testSets: testSets(true) }), key);
    expect(verifyCertificate(named, trusted).document.testSets).toEqual(testSets(true));
  });

  test('a verdict is never passed in', () => {
    const given = { ...evidence({ canaries: [] }), verdict: 'green' } as unknown as CertificateEvidence;
    expect(() => signCertificate(given, key)).toThrow(code('CERTIFICATE_INVALID'));
    const red = signCertificate(evidence({ canaries: [] }), key);
    expect(verifyCertificate(red, trusted).document.verdict).toBe('red');
  });

  test.each<[string, (text: string) => string]>([
    ['the verdict was changed', (text) => text.replace('"verdict":"green"', '"verdict":"red"')],
    ['a number was changed', (text) => text.replace('0.875', '0.876')],
    ['a digest was changed', (text) => text.replace(first!, second!)],
    ['the signature was changed', (text) => text.replace(/"value":"./, '"value":"_')],
    ['white space was added', (text) => `${text} `],
    ['it was cut', (text) => text.slice(0, -10)],
    ['a field was added', (text) => text.replace('{"document":', '{"a":1,"document":')],
  ])('is not believed when %s', (_what, change) => {
    expect(() => verifyCertificate(changed(change), trusted)).toThrow(code('CERTIFICATE_INVALID'));
  });

  test('a key that nobody trusts proves nothing, although its signature fits', () => {
    const stranger = signCertificate(evidence(), signingKeyFromPem(pem()));
    expect(() => verifyCertificate(stranger, trusted)).toThrow(code('CERTIFICATE_INVALID'));
    expect(() => verifyCertificate(bytes, [])).toThrow(code('CERTIFICATE_INVALID'));
  });

  test('a signer who writes green over red evidence is found out', async () => {
    const { sign } = await import('node:crypto');
    const document = { ...certificateDocument(evidence({ canaries: [] })), verdict: 'green', reasons: [] };
    const signed = new TextEncoder().encode(`tomograph-certificate-v1\n${canonicalJson(document)}`);
    const value = sign(null, signed, key.privateKey).toString('base64');
    const signature = { algorithm: 'Ed25519', keyId: key.keyId, publicKey: key.publicKey, value };
    const forged = new TextEncoder().encode(canonicalJson({ document, signature }));
    expect(() => verifyCertificate(forged, trusted)).toThrow(/do not follow from its evidence/);
  });

  test('another format version has a code of its own', () => {
    const newer = changed((text) => text.replace('"formatVersion":1', '"formatVersion":2'));
    expect(() => verifyCertificate(newer, trusted)).toThrow(code('FORMAT_VERSION_UNKNOWN'));
  });
});

describe('the key', () => {
  test('is made once with mode 0600, its public half beside it, and read again afterwards', () => {
    const made = loadSigningKey(home);
    expect(loadSigningKey(home).publicKey).toBe(made.publicKey);
    expect(statSync(join(home, 'secrets', 'certificate.key')).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, 'secrets')).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(home, 'secrets', 'certificate.pub'), 'utf8').trim()).toBe(made.publicKey);
    const bytes = signCertificate(evidence(), made);
    expect(verifyCertificate(bytes, [made.publicKey]).keyId).toBe(made.keyId);
  });

  test('a file that holds no Ed25519 key is refused and not replaced', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
    for (const content of ['damaged', rsa as string]) {
      writeFileSync(join(home, 'secrets', 'certificate.key'), content);
      expect(() => loadSigningKey(home)).toThrow(code('CONFIG_INVALID'));
      expect(readFileSync(join(home, 'secrets', 'certificate.key'), 'utf8')).toBe(content);
    }
  });
});

describe('the contract of every replay', () => {
  const make = async () => {
    const blobs = new MemoryBlobStore();
    const manifest = await sampleBase(blobs);
    const request = {
      base: await writeManifest(blobs, manifest),
      earlier: [await writeManifest(blobs, await sampleAdapter(blobs, manifest, { seed: 2 }))],
      subject: await writeManifest(blobs, await sampleAdapter(blobs, manifest, { seed: 3 })),
    };
    return { replay: new FakeReplay(blobs), request };
  };
  for (const promise of replayCanariesContract(make)) test(promise.name, promise.check);
});
