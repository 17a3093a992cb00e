/** What is known beside the pack that is read. */
export interface Surrounding {
  /** Ids that this pack may not use any more, each with the name of the pack that has it. */
  readonly taken: ReadonlyMap<string, string>;
  /** Ids of all other packs' incidents. */
  readonly known: readonly string[];
}
