/** What has passed through a topic since the start, by Kafka's BrokerTopicMetrics. Plain numbers: counted per batch. */
export class Traffic {
  /** Bytes of record batches appended for producers. */
  bytesIn = 0
  /** Bytes of record batches given to consumers. */
  bytesOut = 0
  /** Records appended for producers. */
  messagesIn = 0
  /** Partitions of produce requests, and those of them that failed. */
  produceRequests = 0
  failedProduceRequests = 0
  /** Partitions of fetch requests, and those of them that failed. */
  fetchRequests = 0
  failedFetchRequests = 0
}
