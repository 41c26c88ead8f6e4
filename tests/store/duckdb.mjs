// The questions on standard input, asked of the store in this folder by DuckDB; the answers as JSON.
//      duckdb.mjs LOADING.sql < {"name": "SELECT ...", ...}
import fs from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const database = await DuckDBInstance.create(':memory:');
const connection = await database.connect();
const questions = JSON.parse(fs.readFileSync(0, 'utf8'));
const answers = { columns: {} };

const plain = (value) => (typeof value === 'bigint' ? Number(value) : value === null || typeof value !== 'object' ? value : String(value));

await connection.run(fs.readFileSync(process.argv[2], 'utf8'));
for (const [name, question] of Object.entries(questions)) {
        const reader = await connection.runAndReadAll(question);

        answers[name] = { columns: reader.columnNames(), rows: reader.getRows().map((row) => row.map(plain)) };
}
for (const table of ['events', 'findings'])
        answers.columns[table] = (await connection.runAndReadAll(`SELECT * FROM ${table} LIMIT 0`)).columnNames();
process.stdout.write(JSON.stringify(answers));
