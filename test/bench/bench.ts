/** What a *.bench.ts file exports as `benches`: a list of these. */
export interface Bench {
  /** As the table names it: what is done, to what. */
  readonly name: string;
  /** How often it is measured (10); the median counts. */
  readonly runs?: number;
  /** One run beforehand that does not count (true); false where the first one is what matters. */
  readonly warmUp?: boolean;
  /** Why it cannot be measured here, as in "no tree". */
  readonly skip?: string;
  /** What is measured. A number that it returns is taken instead of the elapsed milliseconds. */
  readonly run: () => number | undefined | void | Promise<number | undefined | void>;
  /** Another program that does the same, measured in the same run, turn by turn. */
  readonly peer?: Pick<Bench, 'name' | 'run'>;
}
