// The door of the phantom room.

export type { DisplacementField, FollowUpOptions } from './body/follow-up.js';
export { label, labelGroups, type OrganLabel, organLabels } from './body/labels.js';
export { type Phase, phases } from './body/tissue.js';
export { type LobeName, lobeNames } from './body/torso.js';
export { invert, type Point, type SpatialMap } from './body/warp.js';
export * from './check/geometry.js';
export * from './check/statistics.js';
export { type Acquisition, idealAcquisition } from './image/acquisition.js';
export { type DrrOptions, projectVolume, type XrayLook } from './image/drr.js';
export { type FieldOfView, fieldsOfView } from './image/field-of-view.js';
export { type FromLabelsOptions, renderFromLabels, tissueOfName } from './image/from-labels.js';
export type { Randomisation } from './image/randomisation.js';
export * from './lesion/finding.js';
export { type LymphNode, type Station, stations } from './lesion/lymph-node.js';
export { malignancyProbability, malignancyWeights, type Nodule } from './lesion/nodule.js';
export { type BatchOptions, type PhantomData, renderBatch } from './out/batch.js';
export { encodeCtSeries, encodeXray } from './out/dicom.js';
export { manifestOf, PHANTOM_VERSION, type PhantomManifest, truthOf } from './out/manifest.js';
export * from './render.js';
export { type Mention, OMISSION, type Report, writeReport } from './report/report.js';
export type { AirwayBranch, Landmark, ScanInstance, VesselBranch } from './truth.js';
