// Replicates documents from leveldb to a server and back, and prints how many milliseconds each way took:
// node replicate.mjs DOCUMENTS.json DIRECTORY URL BATCH
import { mkdirSync, readFileSync } from 'node:fs';
import PouchDB from 'pouchdb';

const [file, directory, url, batch] = process.argv.slice(2);
const documents = JSON.parse(readFileSync(file, 'utf8'));
const options = { batch_size: Number(batch) };
mkdirSync(directory, { recursive: true });

async function timed(from, to) {
  const began = performance.now();
  const report = await PouchDB.replicate(from, to, options);
  const took = performance.now() - began;
  if (!report.ok || report.docs_written !== documents.length) {
    throw new Error(`${report.docs_written} of ${documents.length} documents`);
  }
  return took;
}

const local = new PouchDB(`${directory}/local`);
const refused = (await local.bulkDocs(documents)).filter((one) => one.error);
if (refused.length) throw new Error(JSON.stringify(refused[0]));
const remote = new PouchDB(url);
await remote.info(); // makes the database: that is not replication
const push = await timed(local, remote);
const fresh = new PouchDB(`${directory}/fresh`);
await fresh.info();
const pull = await timed(remote, fresh);
console.log(JSON.stringify({ push, pull }));
process.exit(0);
