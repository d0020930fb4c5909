import { eventually } from './eventually.ts';
import { describeWithKafka } from './throw-away-kafka.ts';

jest.setTimeout(120_000);

const text = (value: Buffer | null) => value?.toString();

describeWithKafka('a throw-away Kafka', (kafka) => {
  it('When messages are sent, then they are there, with key and headers, in their order', async () => {
    await kafka.createTopic('sent', 3);

    await kafka.produce('sent', { key: 'a', value: '1', headers: { h: 'x' }, partition: 2 });
    await kafka.produce(
      'sent',
      { key: 'a', value: Buffer.from([0, 255]), partition: 2 },
      { value: null, partition: 0 },
    );

    expect(await kafka.records('sent')).toEqual([
      { partition: 0, offset: 0, key: undefined, value: null, headers: {} },
      { partition: 2, offset: 0, key: 'a', value: Buffer.from('1'), headers: { h: 'x' } },
      { partition: 2, offset: 1, key: 'a', value: Buffer.from([0, 255]), headers: {} },
    ]);
  });

  it('When nothing was sent, then there is nothing', async () => {
    await kafka.createTopic('empty');

    expect(await kafka.records('empty')).toEqual([]);
    expect(await kafka.committed('nobody', 'empty')).toEqual({ 0: -1 });
  });

  it('When a topic was not made, then nobody makes it by sending to it', async () => {
    const impatient = kafka.client({ retry: { retries: 0 } }).producer();
    await impatient.connect();

    await expect(impatient.send({ topic: 'missing', messages: [{ value: '1' }] })).rejects.toThrow(
      'does not host this topic-partition',
    );
    await impatient.disconnect();
  });

  it('When the broker is killed, then it comes back at its port with what it had acknowledged', async () => {
    await kafka.createTopic('kept');
    await kafka.produce('kept', { value: '1' });
    const { brokers } = kafka;

    await kafka.kill();

    await eventually(() => kafka.records('kept').catch(() => [])).toMatchObject([{ value: Buffer.from('1') }]);
    expect(kafka.brokers).toBe(brokers);
  });

  it('When it is kept down, then nobody answers until it is up', async () => {
    await kafka.down();
    const client = kafka.client({ retry: { retries: 0 } }).admin();
    await expect(client.connect()).rejects.toThrow('ECONNREFUSED');

    await kafka.up();

    expect(await kafka.admin((admin) => admin.describeCluster())).toMatchObject({ clusterId: kafka.clusterId });
  });
});

describeWithKafka(
  'three throw-away brokers',
  (kafka) => {
    it('When one of them is down, then what is sent is kept all the same', async () => {
      await kafka.createTopic('kept');
      await kafka.down(2);

      await kafka.produce('kept', { value: '1' });

      expect((await kafka.records('kept')).map(({ value }) => text(value))).toEqual(['1']);
    });
  },
  { brokers: 3 },
);

describeWithKafka(
  'a throw-away Kafka that asks who comes',
  (kafka) => {
    it('When a client shows its certificate and knows the password, then it is let in', async () => {
      const admin = kafka.client().admin();

      await admin.connect();

      expect(await admin.listTopics()).toEqual(expect.any(Array));
      await admin.disconnect();
    });

    it('When it lacks one of both, then it is not', async () => {
      const patience = { retry: { retries: 0 } };
      const wrong = { mechanism: 'scram-sha-512', username: 'towpath', password: 'wrong' } as const;

      await expect(
        kafka
          .client({ ...patience, sasl: wrong })
          .admin()
          .connect(),
      ).rejects.toThrow('authentication');
      await expect(
        kafka
          .client({ ...patience, ssl: false })
          .admin()
          .connect(),
      ).rejects.toThrow();
    });
  },
  { sasl: 'scram-sha-512', tls: 'mutual' },
);
