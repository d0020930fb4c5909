import { kafkajs } from './kafkajs.ts';

/** In which partition the messages of a key lie. As Kafka's own clients choose: by murmur2. */
export async function partitioner(count: number): Promise<(key: string) => number> {
  const { Partitioners } = await kafkajs();
  const choose = Partitioners.DefaultPartitioner();
  const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({
    partitionId,
    leader: 0,
    partitionErrorCode: 0,
    replicas: [],
    isr: [],
  }));
  return (key) => choose({ topic: '', partitionMetadata, message: { key, value: '' } });
}
