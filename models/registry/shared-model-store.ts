/** What all hosts know of one model: its versions with the folder that holds each, and its aliases. JSON. */
export interface SharedState {
  /** Grows by one with every change. */
  readonly revision: number;
  readonly content: string;
}

/** Folders of files and one small state per model that several hosts share. Folders are written once. */
export interface SharedModelStore {
  /** By model name. */
  states(): Promise<ReadonlyMap<string, SharedState>>;
  /**
   * Replaces a model's state if nobody has since `revision` (0: there is none yet).
   * @returns false when somebody was faster; nothing has changed then
   */
  replaceState(name: string, revision: number, content: string): Promise<boolean>;
  /** Stores all files of a local folder under a new name, and checks that they arrived. */
  upload(folder: string, localFolder: string): Promise<void>;
  /** Fetches all files of a stored folder into a local one, which exists and is empty. */
  download(folder: string, localFolder: string): Promise<void>;
}
