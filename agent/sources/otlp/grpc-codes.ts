/** The codes of gRPC that are used here. Source: https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
export const grpcCodes = {
  ok: 0,
  invalidArgument: 3,
  notFound: 5,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const
