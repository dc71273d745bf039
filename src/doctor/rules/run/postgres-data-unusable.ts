import {BROADER, saidBy} from '../../complaint.js'
import {changing, editTemplate, wordOf} from '../../fix.js'
import {mountAt, userOf} from '../../path-in-container.js'
import {defineRule} from '../../rule.js'
import type {Fix} from '../../types.js'

const FOLDER = '/var/lib/postgresql/data'

/** initdb.c, postmaster's checkDataDir and ValidatePgVersion, main.c. That no password is set, and that a path may not be written, are other faults. */
export default defineRule({
  id: 'postgres-data-unusable',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: [...BROADER, 'path-not-permitted'],
  title: 'PostgreSQL does not take its data directory, or the user that it runs as',
  explain: `PostgreSQL makes its files only in an empty directory: the root of a new disk has "lost+found" in it, so PGDATA must name a directory below the mount. It reads files
of its own major version only; those of another must be dumped and restored, or upgraded. The directory must belong to the user that
the server runs as, who must not be root.`,

  * check(patient) {
    for (const container of patient.ended) {
      const said = saidBy(patient, container, 'postgres directory', 'postgres root')
      // A backup that is written into a folder is told the same in other words.
      if (!said || (/is not empty/.test(said.raw) && !/initdb/.test(said.raw))) continue
      const {name, spec, specPath, editPath} = container
      const {owner} = patient
      const variable = spec.env?.find(({name}) => name === 'PGDATA')?.value
      const path = said.groups['path'] ?? variable ?? FOLDER
      const on = mountAt(patient, container, path)
      const [, old, now] = /initialized by PostgreSQL version (\d[\d.]*).*?not compatible with this version (\d[\d.]*)/.exec(said.around) ?? []
      const {user, words: who} = userOf(patient, container)
      const place = on ? `${path} on ${on.words}` : path
      const tag = /^((?:docker\.io\/)?(?:library\/)?postgres):\d[\d.]*(-[\w-]+)?$/.exec(spec.image ?? '')
      const fix = (action: string, more: Omit<Fix, 'action'> = {}): Fix[] => [{action, ...more}]
      const [words, fixes] = said.complaint === 'postgres root'
        ? [`runs PostgreSQL as root, which PostgreSQL does not permit${user === 0 ? ': runAsUser is 0' : ''}`, fix(`Let it run as the user that ${place} belongs to (999 in the image postgres, 70 in its alpine variant)`,
          user === 0 && on === undefined ? editTemplate(patient, [{path: spec.securityContext?.runAsUser === 0 ? `${editPath}.securityContext.runAsUser` : 'securityContext.runAsUser', to: /alpine/.test(spec.image ?? '') ? 70 : 999}]) : {})]
        : /is not empty/.test(said.raw)
          ? [`cannot make its database, as ${place} is not empty${/lost\+found/.test(said.around) ? ': it has a folder lost+found' : ''}`, on?.mountPath === path
            ? fix(`Set PGDATA to a folder below the mount`, owner.templatePointer === undefined ? {} : changing(owner, [['kubectl', 'set', 'env', wordOf(owner.ref), '-c', name, `PGDATA=${path}/pgdata`]]))
            : fix(`Set PGDATA to a folder that is empty, or empty ${path} if nobody needs what is in it`)]
          : /incompatible|not compatible/.test(said.raw)
            ? [`cannot use ${place}: its files were made by ${old === undefined ? 'another version of PostgreSQL' : `PostgreSQL ${old}`}, and ${now === undefined ? `image ${spec.image} cannot read them` : `this is ${now}`}`,
              fix(`Run PostgreSQL ${old ?? 'of the version that made the files'} again; to come to ${now ?? 'the new one'}, dump the database there and restore it into a new volume`,
                old !== undefined && tag && owner.templatePointer !== undefined ? changing(owner, [['kubectl', 'set', 'image', wordOf(owner.ref), `${name}=${tag[1]}:${old}${tag[2] ?? ''}`]]) : {})]
            : /ownership/.test(said.raw) ? [`cannot use ${place}: it belongs to another user than ${who}, who runs the server`, fix(`Give ${path} to the user that runs the server, in an init container that runs as root`)]
              : [`cannot use ${place}: its group or others may read or write it`, fix(`Set the mode of ${path} to 0700 or 0750, in an init container that runs as root, or set PGDATA to a folder below it`)]
      yield {
        container: name, summary: `Container "${name}" ${words}.`, fixes,
        evidence: [...said.evidence, ...(on ? on.evidence : []), ...patient.citeIfPresent(patient.pod, `${specPath}.securityContext.runAsUser`)],
        culprit: {...owner.ref, part: `${name} ${path}`},
      }
    }
  },
})
