// The door of the phantom room.

export { label, labelGroups, type OrganLabel, organLabels } from './body/labels.js';
export { type Phase, phases } from './body/tissue.js';
export { type FieldOfView, fieldsOfView } from './image/field-of-view.js';
export * from './lesion/finding.js';
export { type LymphNode, stations } from './lesion/lymph-node.js';
export { malignancyProbability, malignancyWeights, type Nodule } from './lesion/nodule.js';
export * from './render.js';
export * from './report/report.js';
