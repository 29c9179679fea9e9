import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'

const originForm = /^(?:\*|https?:\/\/(?:\*\.)?[^\s/*]+)$/
const methods = 'POST, PUT, GET, HEAD'
/** Browsers ask again after so long; two hours is the most that any of them takes. */
const maxAgeSeconds = '7200'

/** Pages of which origins may send from a browser: `https://shop.example`, `https://*.shop.example`, or `*` for all. */
export const corsField = z
  .strictObject({
    allowedOrigins: z
      .array(
        z
          .string()
          .regex(
            originForm,
            'an origin such as https://shop.example or https://*.shop.example, or * for all',
          ),
      )
      .min(1)
      .max(100),
  })
  .nullable()
  .default(null)

export type CorsSettings = z.output<typeof corsField>

/**
 * Tells a browser whether a page may send: puts the headers that say so onto the answer, and answers its question before the
 * request itself. True where that was all. Source: the Fetch standard, section HTTP CORS protocol.
 */
export function answerCors(cors: CorsSettings, request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers
  if (cors === null || origin === undefined || !isAllowed(cors.allowedOrigins, origin)) return false
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-expose-headers', 'retry-after')
  response.setHeader('vary', 'origin')
  const asked = request.headers['access-control-request-method']
  if (request.method !== 'OPTIONS' || asked === undefined) return false
  const headers = request.headers['access-control-request-headers']
  response.writeHead(204, {
    'access-control-allow-methods': methods,
    'access-control-max-age': maxAgeSeconds,
    ...(headers === undefined ? {} : { 'access-control-allow-headers': headers }),
  })
  response.end()
  return true
}

/**
 * @example
 * isAllowed(['https://*.shop.example'], 'https://www.shop.example') // => true
 * isAllowed(['https://*.shop.example'], 'https://shop.example') // => false
 */
export function isAllowed(allowed: readonly string[], origin: string): boolean {
  const wanted = origin.toLowerCase()
  return allowed.some(one => {
    const [start = '', end] = one.toLowerCase().split('*')
    if (end === undefined) return wanted === start
    return wanted.length > start.length + end.length && wanted.startsWith(start) && wanted.endsWith(end)
  })
}
