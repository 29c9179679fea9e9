/** More rows than any deletion has. */
const maxBlockRows = '100000000'

/** Has an insert be one block, so that its token is that of all of it. */
export const oneBlock = {
  async_insert: 0,
  max_threads: 1,
  max_insert_threads: '1',
  min_insert_block_size_rows: maxBlockRows,
  min_insert_block_size_bytes: '0',
} as const
