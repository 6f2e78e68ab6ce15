// Cases and what they consist of, as one viewer sees them. Every statement carries the viewer's projects; what is
// outside is missing, never forbidden, so that nobody learns what exists elsewhere.
import { type BodyPart, isUuid, type Modality, type Sex } from '@tomograph/kernel';
import type { Connection } from '../connection/connect.js';
import type { Prisma } from '../generated/prisma/client.js';
import { writeAudit } from './audit.js';
import { type Page, type PageArgs, readPage } from './page.js';
import type {
  BlobRecord,
  ReportRecord,
  SentenceRecord,
  SeriesRecord,
  StudyRecord,
  XrayRecord,
} from './records.js';
import { studiesByIds } from './studies-by-ids.js';
import { notFound, type Viewer } from './viewer.js';

export interface CaseFilter {
  readonly modality?: readonly Modality[] | null | undefined;
  readonly bodyPart?: readonly BodyPart[] | null | undefined;
  readonly sex?: readonly Sex[] | null | undefined;
  readonly ageBand?: readonly number[] | null | undefined;
  /** Shifted days, both ends included. */
  readonly from?: Date | null | undefined;
  readonly to?: Date | null | undefined;
  /** Codes of findings of which at least one is present in a report. */
  readonly finding?: readonly string[] | null | undefined;
  readonly demo?: boolean | null | undefined;
}

/** Batches answer in any order; what the viewer may not see is missing from them. */
export interface CaseReads {
  /** @throws AppError NOT_FOUND */
  study(id: string): Promise<StudyRecord>;
  studiesByIds(ids: readonly string[]): Promise<StudyRecord[]>;
  seriesByIds(ids: readonly string[]): Promise<SeriesRecord[]>;
  xraysByIds(ids: readonly string[]): Promise<XrayRecord[]>;
  reportsByIds(ids: readonly string[]): Promise<ReportRecord[]>;
  sentencesByIds(ids: readonly string[]): Promise<SentenceRecord[]>;
  seriesByStudyIds(studyIds: readonly string[]): Promise<SeriesRecord[]>;
  xraysByStudyIds(studyIds: readonly string[]): Promise<XrayRecord[]>;
  reportsByStudyIds(studyIds: readonly string[]): Promise<ReportRecord[]>;
  sentencesByReportIds(reportIds: readonly string[]): Promise<SentenceRecord[]>;
  /** Newest first. */
  cases(page: PageArgs, filter?: CaseFilter): Promise<Page<StudyRecord>>;
  countCases(filter?: CaseFilter): Promise<number>;
  /** A blob of a study that the viewer sees. @throws AppError NOT_FOUND */
  blob(digest: string): Promise<BlobRecord>;
}

/** @param scope the viewer's projects; undefined = all, for the house's own work */
export function caseReads(
  { prisma, ...sql }: Connection,
  viewer: Pick<Viewer, 'name' | 'requestId'>,
  scope: readonly string[] | undefined,
): CaseReads {
  const seen = scope ? { projectId: { in: [...scope] } } : {};
  const byStudyIds = (ids: readonly string[]) => studiesByIds(sql, viewer, scope, ids);
  const childrenOf = (ids: readonly string[]) => ({
    where: { studyId: { in: uuids(ids) }, study: seen },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] as [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  const byIds = (ids: readonly string[]) => ({ where: { id: { in: uuids(ids) }, study: seen } });
  return {
    studiesByIds: byStudyIds,
    async study(id) {
      const [study] = await byStudyIds([id]);
      if (!study) throw notFound('case');
      return study;
    },
    seriesByIds: async (ids) => records<SeriesRecord>(await prisma.series.findMany(byIds(ids))),
    xraysByIds: async (ids) => records<XrayRecord>(await prisma.xray.findMany(byIds(ids))),
    reportsByIds: async (ids) => records<ReportRecord>(await prisma.report.findMany(byIds(ids))),
    sentencesByIds: (ids) =>
      prisma.reportSentence.findMany({ where: { id: { in: uuids(ids) }, report: { study: seen } } }),
    seriesByStudyIds: async (ids) => records<SeriesRecord>(await prisma.series.findMany(childrenOf(ids))),
    xraysByStudyIds: async (ids) => records<XrayRecord>(await prisma.xray.findMany(childrenOf(ids))),
    reportsByStudyIds: async (ids) => records<ReportRecord>(await prisma.report.findMany(childrenOf(ids))),
    sentencesByReportIds: (ids) =>
      prisma.reportSentence.findMany({
        where: { reportId: { in: uuids(ids) }, report: { study: seen } },
        orderBy: [{ reportId: 'asc' }, { ordinal: 'asc' }],
      }),
    async cases(page, filter = {}) {
      const where = filterOf(filter);
      const found = await readPage(page, async (keyset) => {
        const rows = await prisma.study.findMany({
          ...keyset,
          where: { AND: [seen, where, keyset.where] },
          include: withPatient,
        });
        return rows.map(toStudy);
      });
      await writeAudit(sql, viewer, {
        action: 'study.read',
        objectKind: 'study',
        objectIds: found.edges.map((edge) => edge.node.id),
        outcome: 'ALLOWED',
      });
      return found;
    },
    countCases: (filter = {}) => prisma.study.count({ where: { AND: [seen, filterOf(filter)] } }),
    async blob(digest) {
      const row = await prisma.blob.findFirst({ where: { digest, studies: { some: { study: seen } } } });
      const outcome = row ? 'ALLOWED' : 'DENIED';
      await writeAudit(sql, viewer, {
        action: 'blob.read',
        objectKind: 'blob',
        objectIds: [digest],
        outcome,
      });
      if (!row) throw notFound('blob');
      return {
        digest: row.digest as BlobRecord['digest'],
        bytes: Number(row.bytes),
        mediaType: row.mediaType,
      };
    },
  };
}

const withPatient = { patient: { select: { patientKey: true, sex: true } } } as const;

type StudyRow = Prisma.StudyGetPayload<{ include: typeof withPatient }>;

export function toStudy({ patient, ...study }: StudyRow): StudyRecord {
  return { ...study, ...patient };
}

// Prisma types JSON columns as any JSON; what lies in them was written by save-study.ts in these shapes.
function records<T>(rows: readonly unknown[]): T[] {
  return rows as T[];
}

// Anything else is nobody's id; the database would refuse the whole batch for it.
function uuids(ids: readonly string[]): string[] {
  return ids.filter(isUuid);
}

function filterOf(filter: CaseFilter): Prisma.StudyWhereInput {
  const { modality, bodyPart, sex, ageBand, from, to, finding, demo } = filter;
  const present = { sentences: { some: { findingsPresent: { hasSome: [...(finding ?? [])] } } } };
  return {
    ...(modality ? { modalities: { hasSome: [...modality] } } : {}),
    ...(bodyPart ? { bodyPart: { in: [...bodyPart] } } : {}),
    ...(sex ? { patient: { sex: { in: [...sex] } } } : {}),
    ...(ageBand ? { ageBand: { in: [...ageBand] } } : {}),
    ...(from || to ? { shiftedDay: { ...(from ? { gte: from } : {}), ...(to ? { lte: to } : {}) } } : {}),
    ...(finding ? { reports: { some: present } } : {}),
    ...(demo == null ? {} : { isDemo: demo }),
  };
}
