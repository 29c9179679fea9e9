import { array, arrayOf, bytes, int32, string } from '../schema/field.ts'
import { Message } from '../schema/message.ts'

// What members of a classic consumer group tell each other, carried by JoinGroup and SyncGroup (after a 16-bit version).

export const consumerProtocolSubscription = new Message('ConsumerProtocolSubscription', {
  versions: [0, 3],
  flexible: null,
  fields: {
    topics: arrayOf(string()),
    userData: bytes({ nullable: 0, default: null }),
    ownedPartitions: array(
      {
        topic: string(),
        partitions: arrayOf(int32()),
      },
      { since: 1, ignorable: true },
    ),
    generationId: int32({ since: 2, default: -1, ignorable: true }),
    rackId: string({ since: 3, nullable: 3, default: null, ignorable: true }),
  },
})

export const consumerProtocolAssignment = new Message('ConsumerProtocolAssignment', {
  versions: [0, 3],
  flexible: null,
  fields: {
    assignedPartitions: array({
      topic: string(),
      partitions: arrayOf(int32()),
    }),
    userData: bytes({ nullable: 0, default: null }),
  },
})
