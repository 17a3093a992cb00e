import { oneLine } from '../base/text.ts';

/** The descriptions that kernel-doc comments give to members: `@SKB_DROP_REASON_NO_SOCKET: socket not found`. */
export function memberDocs(text: string): ReadonlyMap<string, string> {
  const docs = new Map<string, string>();
  for (let at = text.indexOf('/**'); at >= 0; at = text.indexOf('/**', at + 3)) {
    const end = text.indexOf('*/', at);
    for (const [name, doc] of membersOf(text.slice(at + 3, end < 0 ? text.length : end))) docs.set(name, doc);
  }
  return docs;
}

/** A member starts at `@name:` on a line of its own and goes on until the next one or an empty line's section. */
function membersOf(comment: string): readonly (readonly [string, string])[] {
  const members: [string, string][] = [];
  for (const raw of comment.split('\n')) {
    const line = raw.trim().replace(/^\*+ ?/, '');
    const start = /^\s*@(\w+):(.*)$/.exec(line);
    const last = members.at(-1);
    if (start?.[1] !== undefined) members.push([start[1], start[2] ?? '']);
    else if (last !== undefined) last[1] += ` ${line}`;
  }
  return members.map(([name, doc]) => [name, oneLine(doc)] as const);
}
