// Enumerations of the public schema, from the lists that the kernel keeps.
import { roles, uploadKinds } from '@tomograph/data';
import {
  bodyParts,
  errorCodes,
  jobStates,
  modalities,
  polarities,
  sexes,
  xrayViews,
} from '@tomograph/kernel';
import { builder } from './builder.js';

export const ErrorCodeEnum = builder.enumType('ErrorCode', { values: errorCodes });
export const ModalityEnum = builder.enumType('Modality', { values: modalities });
export const BodyPartEnum = builder.enumType('BodyPart', { values: bodyParts });
export const SexEnum = builder.enumType('Sex', { values: sexes });
export const XrayViewEnum = builder.enumType('XrayView', { values: xrayViews });
export const RoleEnum = builder.enumType('Role', {
  description:
    'READER searches and looks; CURATOR also ingests; ADMIN also keeps keys and spaces and erases.',
  values: roles,
});
export const JobStateEnum = builder.enumType('JobState', { values: jobStates });
export const PolarityEnum = builder.enumType('Polarity', {
  values: polarities,
});
export const SearchModeEnum = builder.enumType('SearchMode', {
  description:
    'EXACT compared all candidates; HNSW an index, with measured recall; TEXT the full-text index.',
  values: ['EXACT', 'HNSW', 'TEXT'] as const,
});
export const SearchChannelEnum = builder.enumType('SearchChannel', {
  values: ['TEXT', 'IMAGE', 'MEANING'] as const,
});
export const SpacePhaseEnum = builder.enumType('SpacePhase', {
  values: ['BUILDING', 'READY', 'ACTIVE', 'RETIRED'] as const,
});
export const UploadKindEnum = builder.enumType('UploadKind', {
  description:
    'IMAGE_OR_ARCHIVE and REPORT_TEXT are for ingestUpload, QUERY_XRAY for searchCases, TASK_DATA for addTask, ADAPTER for importAdapter.',
  values: uploadKinds,
});
