/** The store on PostgreSQL, loaded by whoever has such a server: most halls have none, and start the sooner for it. */
import type { PostgresQueueStore, PostgresQueueStoreOptions } from './postgres-store.ts';

/** Opens the log of one hall. @throws when the database cannot be reached, migrated or trusted */
export const openPostgresQueueStore = async (options: PostgresQueueStoreOptions): Promise<PostgresQueueStore> => (await import('./postgres-store.ts')).openPostgresQueueStore(options);
