import {BROADER, failsWith, saidBy} from '../../complaint.js'
import {refOf} from '../../cite.js'
import {wordOf} from '../../fix.js'
import {defineRule} from '../../rule.js'
import {databaseOf, migrationOf} from '../../missing-database.js'
import {originsOf} from '../../value-origin.js'

/** PostgreSQL 3D000 and 42P01, MySQL 1049 and 1146, SQLite: the server was reached and the login accepted, and what the program asks for is not there. */
export default defineRule({
  id: 'database-missing',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: BROADER,
  title: 'The server has no database or table of the name that the program uses',
  explain: `The images of database servers make one database as they start for the first time: the one that POSTGRES_DB or MYSQL_DATABASE names. Others, and all tables, are
made by somebody else, most often by a Job that runs the migrations. When the name was changed later, the files of the server still have the old one.`,

  * check(patient) {
    for (const container of patient.ended) {
      const said = saidBy(patient, container, 'database')
      const {db, table} = said?.groups ?? {}
      if (!said || (db === undefined && table === undefined)) continue
      const [from] = db === undefined ? [] : originsOf(patient, container, db)
      const server = db === undefined ? undefined : databaseOf(patient, container, said.raw)
      const migration = migrationOf(patient)
      const made = server && server.name !== db ? `; ${server.who} makes "${server.name}"` : ''
      if (!from && made === '' && !migration) continue
      yield {
        container: container.name,
        summary: `${failsWith(container, said)}: ${db === undefined ? `table "${table}" was never made` : `there is no database "${db}"${from ? ` (${from.words})` : ''}${made}`}${migration ? `; ${migration.words}` : ''}.`,
        evidence: [...said.evidence, ...(from ? [from.evidence] : []), ...(made !== '' ? server!.evidence : []), ...(migration?.evidence ?? [])],
        fixes: [...(made !== '' && from ? [from.change(server!.name)] : []), ...(migration ? [{action: `Bring ${wordOf(refOf(migration.job))} to its end: it makes the tables`}] : made === '' && db !== undefined ? [{action: `Create database "${db}" on the server, or name one that is there in ${from!.words}`}] : [])],
        culprit: {...patient.owner.ref, part: `${container.name} ${db ?? table}`},
      }
    }
  },
})
