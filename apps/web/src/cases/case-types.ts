// Parts of the case page's answer by name.
import type { Data } from '../graphql/client';

export type CaseAnswer = NonNullable<Data<'CaseDetail'>['case']>;
export type CaseSeries = CaseAnswer['series'][number];
export type CaseXray = CaseAnswer['xrays'][number];
export type CaseReport = CaseAnswer['reports'][number];
