/** The version whose behaviour `_bulk` has here; clients refuse servers that are older or unknown to them. */
const version = '8.17.0'

export const clusterInfo = {
  name: 'millrace',
  cluster_name: 'millrace',
  cluster_uuid: 'millrace',
  version: {
    number: version,
    build_flavor: 'default',
    build_type: 'tar',
    build_hash: 'millrace',
    build_date: '2024-12-11T12:08:05.663969764Z',
    build_snapshot: false,
    lucene_version: '9.12.0',
    minimum_wire_compatibility_version: '7.17.0',
    minimum_index_compatibility_version: '7.0.0',
  },
  tagline: 'You Know, for Search',
}

export const license = {
  license: {
    status: 'active',
    uid: 'millrace',
    type: 'basic',
    issue_date: '2024-01-01T00:00:00.000Z',
    issuer: 'millrace',
  },
  features: { ilm: { available: true, enabled: true }, security: { available: true, enabled: false } },
}

/** Nobody to sniff out: senders stay with the address they have. */
export const nodes = { cluster_name: 'millrace', status: 'green', nodes: {} }
