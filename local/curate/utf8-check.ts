import { isUtf8 } from 'node:buffer'

/** Where in a chunk its last character, which may lack bytes, begins. */
const lastCharacter = (chunk: Buffer): number => {
  for (let i = chunk.length - 1; i >= Math.max(0, chunk.length - 4); i--) {
    const byte = chunk[i] ?? 0
    if (byte < 0x80) return i + 1
    if (byte >= 0xc0) return i
  }
  return chunk.length
}

/** Says whether bytes that come in chunks are UTF-8; a character may lie across two chunks. */
export class Utf8Check {
  #carried: Buffer = Buffer.alloc(0)
  #valid = true

  add(chunk: Buffer): void {
    if (!this.#valid) return
    const bytes = this.#carried.length > 0 ? Buffer.concat([this.#carried, chunk]) : chunk
    const cut = lastCharacter(bytes)
    this.#valid = isUtf8(bytes.subarray(0, cut))
    this.#carried = Buffer.from(bytes.subarray(cut))
  }

  end(): boolean {
    return this.#valid && isUtf8(this.#carried)
  }
}
