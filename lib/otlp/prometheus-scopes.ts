/**
 * Scopes of metrics whose names and labels are Prometheus' own and stay to the letter: what agents take by remote write, and
 * what recording rules make.
 */
export const prometheusScopes = { remoteWrite: 'millrace.remote-write', rules: 'millrace.rules' } as const
