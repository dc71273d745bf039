/** One entry of an archive: a file with its bytes, a folder, or a symbolic link to `to`. */
export type Entry = {bytes: Buffer, mode?: number} | {folder: true, mode?: number} | {to: string}

/**
 * An archive in the ustar format (POSIX.1-1988), which every reader of tar knows. Owner root, time 0: the same entries give the
 * same bytes, so digests of images stay the same. Names may have 100 characters.
 */
export function tar(entries: Record<string, Entry>): Buffer {
  const blocks = Object.entries(entries).flatMap(([name, entry]) => 'bytes' in entry
    ? [header(name, '0', entry.mode ?? 0o644, entry.bytes.length), entry.bytes, Buffer.alloc(-entry.bytes.length & 511)]
    : 'to' in entry ? [header(name, '2', 0o777, 0, entry.to)] : [header(`${name}/`, '5', entry.mode ?? 0o755, 0)])
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

function header(name: string, type: string, mode: number, size: number, link = ''): Buffer {
  const block = Buffer.alloc(512)
  const octal = (value: number, at: number, length: number) => block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at)
  block.write(name, 0, 100)
  octal(mode, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(0, 136, 12)
  block.fill(' ', 148, 156)
  block.write(type, 156)
  block.write(link, 157, 100)
  block.write('ustar\x0000', 257)
  // The checksum is the sum of all bytes, with blanks where it will stand.
  block.write(`${block.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148)
  return block
}
