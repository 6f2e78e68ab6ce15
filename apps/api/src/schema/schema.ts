// The executable schema: importing the files below fills the builder.
import './case.js';
import './findings-query.js';
import './job.js';
import './meaning.js';
import './models/model.js';
import './models/webhook.js';
import './models/worker.js';
import './nodule.js';
import './search.js';
import './segmentation.js';
import './space.js';
import './viewer.js';
import './mutations/administration.js';
import './mutations/ingest.js';
import './mutations/model-jobs.js';
import './mutations/nodule.js';
import './mutations/registry.js';
import './mutations/remove-alias.js';
import './mutations/retry-delivery.js';
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { builder } from './builder.js';

export const schema: GraphQLSchema = builder.toSchema({ sortSchema: false });

/** The public SDL, sorted: the snapshot in apps/api/schema.graphql. */
export function publicSdl(): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
