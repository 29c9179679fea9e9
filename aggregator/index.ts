export { startAggregator } from './start.ts'
