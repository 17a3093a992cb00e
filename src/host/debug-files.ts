import path from 'node:path';

/** Where debug files of an image may lie, by the name it gives and by its build-id, likeliest first. */
export function debugFilePlaces(
  image: string,
  link: { readonly name?: string | undefined; readonly buildId?: string | undefined },
  root = '/',
): readonly string[] {
  const folder = path.dirname(path.resolve(image));
  const debug = path.join(root, 'usr/lib/debug');
  const { name, buildId } = link;
  const places: string[] = [];
  if (buildId !== undefined && buildId.length > 2) places.push(buildIdPlace(buildId, root));
  if (name !== undefined && name !== '') {
    const base = path.basename(name);
    places.push(
      path.resolve(folder, name),
      path.join(folder, '.debug', base),
      path.join(debug, folder, base),
      path.join(debug, base),
      path.join(debug, '.dwz', base),
    );
  }
  return [...new Set(places)].filter((place) => place !== path.resolve(image));
}

/** `/usr/lib/debug/.build-id/ab/cdef.debug`, as all distributions lay them. */
export const buildIdPlace = (buildId: string, root = '/'): string =>
  path.join(root, 'usr/lib/debug/.build-id', buildId.slice(0, 2), `${buildId.slice(2)}.debug`);
