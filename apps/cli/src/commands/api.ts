// `tomograph api`: the GraphQL API as a process of its own, beside a database that runs already.
import { startApi } from '@tomograph/api';
import { connectDatabase } from '@tomograph/data';
import { loadConfig } from '@tomograph/kernel';
import {
  ComputeThread,
  describeQueryXray,
  draftOfStudy,
  encodeQuery,
  regionBox,
  zeroShot,
} from '@tomograph/worker';
import { Command } from 'commander';
import { pino } from 'pino';
import { say } from '../output.js';
import { whenToldToStop } from '../serve/supervised-process.js';

export function apiCommand(): Command {
  return new Command('api').description('run the API alone (serve starts it for you)').action(runApi);
}

/** Hosts of the operator's own network that webhooks may reach, comma separated; plain http then too. */
function webhookPolicy(hosts = ''): { allowHttp: boolean; allowedPrivateHosts: string[] } {
  const allowedPrivateHosts = hosts
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '');
  return { allowHttp: allowedPrivateHosts.length > 0, allowedPrivateHosts };
}

async function runApi(): Promise<void> {
  const config = loadConfig();
  const database = await connectDatabase(config);
  const compute = new ComputeThread(config.home);
  const services = { database, compute, home: config.home };
  const api = await startApi({
    config,
    database,
    logger: pino({ name: 'api', level: process.env.LOG_LEVEL ?? 'warn' }, pino.destination(2)),
    port: config.apiPort,
    describeQueryXray: (path) => describeQueryXray(path, { database, compute }),
    encodeQuery: (text) => encodeQuery(text, { database, compute }),
    meaning: {
      zeroShot: (studyId, request, viewer, signal) => zeroShot(studyId, request, viewer, services, signal),
      draftReport: (studyId, viewer, signal) => draftOfStudy(studyId, viewer, services, signal),
      regionBox: (seriesId, viewer, signal) => regionBox(seriesId, viewer, services, signal),
    },
    deliversWebhooks: true,
    webhookPorts: { policy: webhookPolicy(process.env.WEBHOOK_PRIVATE_HOSTS) },
  });
  whenToldToStop(async () => {
    await api.close();
    await compute[Symbol.asyncDispose]();
    await database.close();
  });
  if (process.send === undefined) say(`API at ${api.url}`);
}
