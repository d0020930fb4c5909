export type TransportName = 'direct' | 'kafka';

/** What kind of shop a run wants. */
export interface FaultShopOptions {
  readonly transport: TransportName;
  /** Everything that the shop keeps lies in this folder. */
  readonly folder: string;
  /** Of each service and role; 2 unless said. */
  readonly replicas?: number;
  /** The same for one service or one role of it (`gateway`, `order-processor-worker`). */
  readonly replicasOf?: Readonly<Record<string, number>>;
  /** Whether order-processor's API and worker are processes of their own; they are unless said. */
  readonly split?: boolean;
  /** Kafka brokers; 1 unless said, none with `direct`. */
  readonly brokers?: 1 | 3;
  readonly redis?: boolean;
  /** `faults`, unless said, has crash points and removable guards; `shipped` is what customers get. */
  readonly build?: 'faults' | 'shipped';
  /** Settings of every service, over the shop's own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** By service or by process; over `settings`. */
  readonly settingsOf?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Of each topic; 8 unless said. */
  readonly partitions?: number;
  /** Folders for the data of the database servers of some services, by service. */
  readonly dataFolderOf?: Readonly<Record<string, string>>;
}
