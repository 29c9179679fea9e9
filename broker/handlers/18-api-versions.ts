import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { features } from '../features.ts'
import { type Handler, handler } from './handler.ts'

/*
 * ApiVersions, versions 0 to 4: what the table of handlers holds, nothing else. A version we do not know is answered
 * in the format of version 0 with UNSUPPORTED_VERSION (KIP-511), see `unsupportedAnswer`. Features
 * are told from version 3 on; those supported only from version 4 on, since their lowest version is 0, which older
 * clients cannot read (KAFKA-17011).
 */
type Request = RequestOf<typeof apis.apiVersions>
type Response = ResponseInput<typeof apis.apiVersions>

/** Client names that the protocol allows (KIP-511). */
const softwareName = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/
const softwareFrom = 3
const lowestZeroFrom = 4

/** Features change with the program alone. */
const featuresEpoch = 0
const supportedFeatures = features.map(({ name, maxVersion }) => ({ name, minVersion: 0, maxVersion }))
const finalizedFeatures = features.map(({ name, finalized }) => ({
  name,
  maxVersionLevel: finalized,
  minVersionLevel: finalized,
}))

export function apiVersionsHandler(all: () => readonly Handler[]): Handler {
  return handler(apis.apiVersions, (request, context): Response => {
    const isKnown = context.header.apiVersion < softwareFrom || isValid(request)
    return {
      errorCode: isKnown ? errorCodes.NONE : errorCodes.INVALID_REQUEST,
      apiKeys: isKnown ? list(all()) : [],
      supportedFeatures: context.header.apiVersion >= lowestZeroFrom ? supportedFeatures : [],
      finalizedFeaturesEpoch: featuresEpoch,
      finalizedFeatures,
    }
  })
}

/** For a version we do not know: which ones we do, in the format that every client reads. */
export function unsupportedAnswer(all: readonly Handler[]): Response {
  return { errorCode: errorCodes.UNSUPPORTED_VERSION, apiKeys: list(all) }
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
