/** What all hosts know of one model, its versions with the folder that holds each, or of one scope, who served it. JSON. */
export interface SharedState {
  /** Grows by one with every change. */
  readonly revision: number;
  readonly content: string;
}

/** Folders of files and one small state per model and scope that several hosts share. Folders are written once. */
export interface SharedModelStore {
  /** By model name, or by scope. */
  states(): Promise<ReadonlyMap<string, SharedState>>;
  /**
   * Replaces a state if nobody has since `revision` (0: there is none yet).
   * @returns false when somebody was faster; nothing has changed then
   */
  replaceState(name: string, revision: number, content: string): Promise<boolean>;
  /** Stores all files of a local folder under a new name, and checks that they arrived. */
  upload(folder: string, localFolder: string): Promise<void>;
  /** Removes all files of a stored folder, if there are any. */
  remove(folder: string): Promise<void>;
  /** Fetches all files of a stored folder into a local one, which exists and is empty. */
  download(folder: string, localFolder: string): Promise<void>;
}
