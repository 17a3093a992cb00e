import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { Failure } from './run.mjs';

/**
 * Copies one section of a 64-bit little-endian ELF file as it is: `.BTF` of a vmlinux, for bpftrace.
 * @param {string} file @param {string} name @param {string} target
 */
export function copySection(file, name, target) {
  const handle = openSync(file, 'r');
  try {
    const read = (/** @type {number} */ position, /** @type {number} */ length) => {
      const bytes = Buffer.alloc(length);
      readSync(handle, bytes, 0, length, position);
      return bytes;
    };
    const header = read(0, 64);
    const [size, count, namesIndex] = [header.readUInt16LE(58), header.readUInt16LE(60), header.readUInt16LE(62)];
    const table = read(Number(header.readBigUInt64LE(40)), size * count);
    const sections = Array.from({ length: count }, (_, index) => ({
      name: table.readUInt32LE(index * size),
      offset: Number(table.readBigUInt64LE(index * size + 24)),
      size: Number(table.readBigUInt64LE(index * size + 32)),
    }));
    const names = sections[namesIndex];
    const strings = names === undefined ? Buffer.alloc(0) : read(names.offset, names.size);
    const found = sections.find((section) => {
      return strings.subarray(section.name, strings.indexOf(0, section.name)).toString('latin1') === name;
    });
    if (found === undefined)
      throw new Failure(`${file} has no section ${name}`, 'the kernel package is not what it was');
    writeFileSync(target, read(found.offset, found.size));
  } finally {
    closeSync(handle);
  }
}
