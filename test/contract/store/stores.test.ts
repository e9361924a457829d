import { describeStore } from './store-suite.ts';
import { openFileWorld, openMemoryWorld } from './worlds.ts';

describeStore('the store on disk', openFileWorld);
describeStore('the store in memory', openMemoryWorld);
