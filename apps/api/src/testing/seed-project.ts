// A project with three cases (CT, X-ray, report each), a finished and a queued job, and a key of every role.
import { createHash } from 'node:crypto';
import type { Database, SavedBlob } from '@tomograph/data';
import { enqueueAlone, saveSegmentation } from '@tomograph/data';
import { findFindings, type Sha256, sha256 } from '@tomograph/kernel';
import { seedNodule } from './seed-nodule.js';

export interface SeededCase {
  readonly studyId: string;
  readonly seriesId: string;
  readonly xrayId: string;
  readonly reportId: string;
  readonly sentenceId: string;
  readonly segmentationId: string;
  readonly noduleId: string;
}

export interface SeededProject {
  readonly projectId: string;
  readonly cases: readonly SeededCase[];
  readonly jobId: string;
  readonly keys: Readonly<Record<'READER' | 'CURATOR' | 'ADMIN', string>>;
  readonly keyIds: Readonly<Record<'READER' | 'CURATOR' | 'ADMIN', string>>;
}

const sentences = [
  ['There is a large pleural effusion on the right.', 'No pneumothorax.'],
  ['No pleural effusion.', 'Emphysema in both upper lobes.'],
  ['The heart is enlarged.', 'Possible pneumonia in the left lower lobe.'],
];

export async function seedProject(database: Database, name: string): Promise<SeededProject> {
  const system = database.systemDbBypassingViewer('test');
  const projectId = await system.ensureProject(name);
  const cases: SeededCase[] = [];
  for (const [index, texts] of sentences.entries())
    cases.push(await seedCase(database, projectId, name, index, texts));
  const job = await enqueueAlone(database, {
    projectId,
    kind: 'INGEST',
    key: `seed:${name}`,
    input: { quarantine: '00000000-0000-4000-8000-000000000000' },
  });
  const admin = { name: 'system:test', role: 'ADMIN', projectIds: [projectId], keyId: null } as const;
  const db = database.viewer(admin);
  const make = (role: 'READER' | 'CURATOR' | 'ADMIN') =>
    db.createApiKey({ name: `${name} ${role}`, role, projectIds: [projectId] });
  const [reader, curator, administrator] = [await make('READER'), await make('CURATOR'), await make('ADMIN')];
  return {
    projectId,
    cases,
    jobId: job.id,
    keys: { READER: reader.key, CURATOR: curator.key, ADMIN: administrator.key },
    keyIds: { READER: reader.apiKey.id, CURATOR: curator.apiKey.id, ADMIN: administrator.apiKey.id },
  };
}

async function seedCase(
  database: Database,
  projectId: string,
  name: string,
  index: number,
  texts: readonly string[],
): Promise<SeededCase> {
  const blob = async (what: string, mediaType: string) => {
    const bytes = Buffer.from(`${name} ${index} ${what}`);
    return { digest: await database.blobs.put(bytes), bytes: bytes.byteLength, mediaType };
  };
  const volume = await blob('volume', 'application/gzip');
  const picture = await blob('picture', 'image/webp');
  const image = await blob('image', 'image/png');
  const saved = await database.systemDbBypassingViewer('test').saveStudy({
    projectId,
    subject: {
      patientKey: createHash('md5').update(`${name} ${index}`).digest('hex'),
      studyKey: createHash('md5').update(`study ${name} ${index}`).digest('hex'),
      sex: index === 0 ? 'FEMALE' : 'MALE',
      ageBand: 50 + index * 10,
      shiftedDay: `2020-01-0${index + 1}`,
    },
    bodyPart: 'CHEST',
    series: [
      {
        contentDigest: digestOf(`series ${name} ${index}`),
        modality: 'CT',
        bodyPart: 'CHEST',
        size: [4, 5, 6],
        spacingMm: [0.5, 0.5, 2],
        affine: [0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 2, 0],
        volumeBlob: volume.digest,
        thumbnails: {
          axial: picture.digest,
          coronal: picture.digest,
          sagittal: picture.digest,
          mip: picture.digest,
        },
        notes: [{ code: 'TILT_CORRECTED', message: 'gantry tilt of 5 degrees was corrected' }],
      },
    ],
    xrays: [
      {
        contentDigest: digestOf(`xray ${name} ${index}`),
        modality: 'DX',
        view: 'PA',
        width: 10,
        height: 12,
        spacingMm: [],
        imageBlob: image.digest,
        thumbnailBlob: picture.digest,
        notes: [],
      },
    ],
    reports: [
      { contentDigest: digestOf(texts.join(' ')), text: texts.join(' '), sentences: texts.map(sentenceOf) },
    ],
    blobs: [volume, picture, image],
  });
  const reportId = saved.reportIds[0]!;
  const [sentence] = await database.systemDbBypassingViewer('test').sentencesByReportIds([reportId]);
  const seriesId = saved.seriesIds[0]!;
  return {
    studyId: saved.studyId,
    seriesId,
    segmentationId: await seedSegmentation(database, seriesId, blob),
    noduleId: await seedNodule(database, seriesId, blob),
    xrayId: saved.xrayIds[0]!,
    reportId,
    sentenceId: sentence!.id,
  };
}

async function seedSegmentation(
  database: Database,
  seriesId: string,
  blob: (what: string, mediaType: string) => Promise<SavedBlob>,
): Promise<string> {
  const [labels, dicom] = [
    await blob('labels', 'application/gzip'),
    await blob('segmentation', 'application/dicom'),
  ];
  const saved = await database.transaction((tx) =>
    saveSegmentation(tx, database.blobs, {
      seriesId,
      key: digestOf(`segmentation ${seriesId}`),
      base: digestOf('base'),
      tasks: [{ task: 'models:/spleen/1', manifest: digestOf('spleen'), outcome: 'DONE', slices: [0, 6] }],
      structures: [
        {
          value: 300,
          name: 'spleen',
          snomed: { code: '78961009', display: 'Spleen' },
          colour: '#9d6ca2',
          task: 'models:/spleen/1',
          voxels: 40,
          volumeMl: 0.02,
        },
      ],
      conflicts: { voxels: 3, foreground: 40, pairs: [{ organs: ['spleen', 'liver'], voxels: 3 }] },
      labels,
      dicom,
      geometryDigest: digestOf('geometry'),
      runtime: { provider: 'cpu', device: 'test' },
    }),
  );
  return saved.id;
}

function sentenceOf(text: string) {
  const mentions = findFindings(text);
  const codes = (polarity: string) => [
    ...new Set(mentions.filter((mention) => mention.polarity === polarity).map(({ code }) => code)),
  ];
  return {
    section: 'FINDINGS' as const,
    text,
    findingsPresent: codes('PRESENT'),
    findingsAbsent: codes('ABSENT'),
    findingsUnsure: codes('UNCERTAIN'),
  };
}

function digestOf(text: string): Sha256 {
  return sha256(text);
}
