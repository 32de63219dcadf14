/** Says what is wrong and how to mend it. */
export type Refuse = (what: string, remedy: string) => never;
