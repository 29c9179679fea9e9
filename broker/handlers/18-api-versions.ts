import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { features } from '../features.ts'
import { type Handler, handler } from './handler.ts'

/*
 * ApiVersions, versions 0 to 4: what the table of handlers holds, nothing else. A version we do not know is answered
 * in the format of version 0 with UNSUPPORTED_VERSION (KIP-511), see `unsupportedAnswer`. Features from version 3 on;
 * those that may be at level 0 are named as supported from version 4 on, since older clients cannot read that (KAFKA-17011).
 */
type Request = RequestOf<typeof apis.apiVersions>
type Response = ResponseInput<typeof apis.apiVersions>

/** Client names that the protocol allows (KIP-511). */
const softwareName = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/
const softwareFrom = 3
const levelZeroFrom = 4
/** Grows with every change of what is finalized, which a single node never makes. */
const finalizedFeaturesEpoch = 0

export function apiVersionsHandler(all: () => readonly Handler[]): Handler {
  return handler(apis.apiVersions, (request, context): Response => {
    const isKnown = context.header.apiVersion < softwareFrom || isValid(request)
    if (!isKnown) return { errorCode: errorCodes.INVALID_REQUEST, apiKeys: [] }
    return { errorCode: errorCodes.NONE, apiKeys: list(all()), ...featuresFor(context.header.apiVersion) }
  })
}

/** For a version we do not know: which ones we do, in the format that every client reads. */
export function unsupportedAnswer(all: readonly Handler[]): Response {
  return { errorCode: errorCodes.UNSUPPORTED_VERSION, apiKeys: list(all) }
}

function featuresFor(apiVersion: number) {
  return {
    supportedFeatures: features.filter(({ minVersion }) => minVersion > 0 || apiVersion >= levelZeroFrom),
    finalizedFeaturesEpoch,
    finalizedFeatures: features.map(({ name, level }) => ({
      name,
      minVersionLevel: level,
      maxVersionLevel: level,
    })),
  }
}

function isValid(request: Request): boolean {
  return softwareName.test(request.clientSoftwareName) && softwareName.test(request.clientSoftwareVersion)
}

function list(handlers: readonly Handler[]) {
  return handlers.map(({ api, advertisedMin: minVersion, maxVersion }) => ({
    apiKey: api.key,
    minVersion,
    maxVersion,
  }))
}
