import fc from 'fast-check'

/** `MILLRACE_SEED=7 npm test` draws the same random cases each time; without it every run draws others. */
const seed = process.env['MILLRACE_SEED']
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) })
