import { nodeHttp, nodeHttps } from '../base/index.ts'

/** Posts one OTLP request (protobuf over HTTP). Rejects where it is not taken with a 2xx within `timeoutMs`. */
export async function post(url: string, body: Buffer, timeoutMs: number): Promise<void> {
  const request = url.startsWith('https:') ? nodeHttps().request : nodeHttp().request
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length }
  const sent = request(url, { method: 'POST', headers, signal: AbortSignal.timeout(timeoutMs) }, response => {
    const { statusCode = 0 } = response
    response.on('error', reject)
    response.resume()
    if (statusCode >= 200 && statusCode < 300) response.on('end', resolve)
    else reject(new Error(`${url} answered with status ${statusCode}`))
  })
  sent.on('error', reject)
  sent.end(body)
  await promise
}
