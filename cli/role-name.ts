/** The programs that Millrace is made of. */
export type RoleName = 'broker' | 'store' | 'aggregator' | 'query' | 'agent'
