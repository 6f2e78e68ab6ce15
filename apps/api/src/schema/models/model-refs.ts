// The two types of the registry that others point at: their fields are in model.ts.
import type { VersionRow } from '@tomograph/registry';
import { builder } from '../builder.js';

export const ModelRef = builder.objectRef<{ readonly name: string }>('Model');
export const ModelVersionRef = builder.objectRef<VersionRow>('ModelVersion');
