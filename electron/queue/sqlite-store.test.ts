import { sqliteEngine } from './sqlite-engine.fixture.ts';
import { storeContract } from './store.contract.ts';

storeContract('SQLite', sqliteEngine);
