import {
  jsonReply,
  type PushApi,
  type PushContext,
  type PushReply,
  type PushRequest,
} from '../../../listen/push-api.ts'
import { FieldsReader } from '../../../records/from-fields.ts'
import type { LogBatch } from '../../../records/log-batch.ts'
import { originOf } from '../../../records/origin.ts'
import { type BulkItem, bulkLines } from './elasticsearch-bulk.ts'
import { clusterInfo, license, nodes } from './elasticsearch-cluster.ts'

/** Clients of version 8 refuse a server that does not say it (https://www.elastic.co/guide/en/elasticsearch/client). */
const product = { 'x-elastic-product': 'Elasticsearch' }
const managed =
  '_(index_template|component_template|template|ilm|ingest|data_stream|alias|aliases|security|settings)'

/**
 * Elasticsearch's `_bulk`, and what Filebeat, Logstash, Fluent Bit and Vector ask before they send: who answers, its
 * license, its templates and policies, which are accepted and have no effect. A document that cannot be read fails alone.
 * Source: https://www.elastic.co/guide/en/elasticsearch/reference/current/docs-bulk.html
 */
export const elasticsearchApi: PushApi = {
  name: 'elasticsearch',
  routes: context => [
    { methods: ['GET', 'HEAD'], path: /^\/$/, handle: () => reply(200, clusterInfo) },
    { methods: ['GET'], path: /^\/(_license|_xpack)$/, handle: () => reply(200, license) },
    { methods: ['GET'], path: /^\/_(nodes|cluster)(\/.*)?$/, handle: () => reply(200, nodes) },
    {
      methods: ['GET', 'HEAD'],
      path: new RegExp(`^/(${managed}|_cat)(/.*)?$`),
      handle: () => reply(200, {}),
    },
    {
      methods: ['PUT', 'POST', 'DELETE'],
      path: new RegExp(`^/${managed}(/.*)?$`),
      handle: () => reply(200, { acknowledged: true }),
    },
    {
      methods: ['POST', 'PUT'],
      path: /^\/([^_/][^/]*\/)?(_doc\/)?_bulk$/,
      handle: request => takeBulk(context, request),
    },
    {
      methods: ['POST', 'PUT'],
      path: /^\/[^_/][^/]*\/(_doc|_create)(\/[^/]+)?$/,
      handle: request => takeDocument(context, request),
    },
    { methods: ['HEAD', 'PUT'], path: /^\/[^_/][^/]*$/, handle: () => reply(200, { acknowledged: true }) },
  ],
  refusal: (status, message) =>
    reply(status, {
      error: {
        type: status === 429 ? 'es_rejected_execution_exception' : 'illegal_argument_exception',
        reason: message,
      },
      status,
    }),
}

function reply(status: number, value: unknown): PushReply {
  return jsonReply(status, value, product)
}

async function takeBulk(
  { intake, hostName, clock, parse }: PushContext,
  request: PushRequest,
): Promise<PushReply> {
  const startMs = clock.monotonicMs()
  const batch = intake.logs()
  const fields = new FieldsReader(batch.draft, () => clock.nowMs(), parse)
  batch.draft.origin = originOf({ service: 'elasticsearch', host: hostName, scope: 'millrace.elasticsearch' })
  const index = request.path.split('/')[1] ?? ''
  const items = [...bulkLines(request.body, index.startsWith('_') ? '' : index)]
  for (const item of items) add(batch, fields, item)
  await intake.take(batch.finish(), request.key)
  const took = Math.round(clock.monotonicMs() - startMs)
  const errors = items.some(item => item.problem !== undefined)
  return reply(200, { took, errors, items: items.map(answerOf) })
}

async function takeDocument(
  { intake, hostName, clock, parse }: PushContext,
  request: PushRequest,
): Promise<PushReply> {
  const [, index = '', , id] = request.path.split('/')
  const named = id === undefined || id === '' ? {} : { _id: decoded(id) }
  const action = Buffer.from(JSON.stringify({ create: { _index: index, ...named } }))
  const body = Buffer.concat([
    action,
    Buffer.from('\n'),
    Buffer.from(request.body.toString('utf8').replaceAll('\n', ' ')),
    Buffer.from('\n'),
  ])
  const batch = intake.logs()
  const fields = new FieldsReader(batch.draft, () => clock.nowMs(), parse)
  batch.draft.origin = originOf({ service: 'elasticsearch', host: hostName, scope: 'millrace.elasticsearch' })
  const [item] = [...bulkLines(body, index)]
  if (item === undefined || item.problem !== undefined)
    return elasticsearchApi.refusal(400, item?.problem ?? 'there is no document')
  add(batch, fields, item)
  await intake.take(batch.finish(), request.key)
  return reply(201, answerOf(item, 0)['create'])
}

/** As it stands in the path where it is not well encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return text
    throw error
  }
}

function add(batch: LogBatch, fields: FieldsReader, { index, document, problem }: BulkItem): void {
  if (problem !== undefined || document === undefined) return
  fields.read(document, { attributes: index === '' ? {} : { 'elasticsearch.index': index } })
  batch.add()
}

function answerOf(item: BulkItem, number: number): Record<string, unknown> {
  const { action, index, id, problem } = item
  const named = { _index: index, _id: id ?? `millrace-${number}` }
  if (problem !== undefined)
    return {
      [action]: { ...named, status: 400, error: { type: 'document_parsing_exception', reason: problem } },
    }
  const shards = { total: 1, successful: 1, failed: 0 }
  return {
    [action]: {
      ...named,
      _version: 1,
      result: 'created',
      _shards: shards,
      _seq_no: number,
      _primary_term: 1,
      status: 201,
    },
  }
}
