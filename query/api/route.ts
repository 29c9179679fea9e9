import type { z } from '@hono/zod-openapi'
import { problemAnswer } from './schemas.ts'

/** A JSON answer as OpenAPI wants it declared. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } }
}

const problem = {
  description: 'a problem (RFC 9457)',
  content: { 'application/problem+json': { schema: problemAnswer } },
}

/** What any route may answer instead. */
export const problems = {
  400: problem,
  401: problem,
  403: problem,
  404: problem,
  409: problem,
  422: problem,
  429: problem,
  503: problem,
  504: problem,
}

/** A body of JSON as OpenAPI wants it declared; without it a request is refused. */
export function jsonBody<T extends z.ZodType>(schema: T) {
  return { body: { content: { 'application/json': { schema } }, required: true } }
}

/** Of what answers nothing but that it is done. */
export const done = { 204: { description: 'done' }, ...problems }
