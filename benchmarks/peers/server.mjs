// express-pouchdb over leveldb on a port of this machine: node server.mjs PORT DIRECTORY
import { mkdirSync } from 'node:fs';
import express from 'express';
import PouchDB from 'pouchdb';
import expressPouchDB from 'express-pouchdb';

const [port, directory] = process.argv.slice(2);
mkdirSync(directory, { recursive: true });
const Store = PouchDB.defaults({ prefix: `${directory}/` });
const app = express();
app.use('/', expressPouchDB(Store, { mode: 'minimumForPouchDB', inMemoryConfig: true }));
app.listen(Number(port), '127.0.0.1', () => console.log('peer is listening'));
