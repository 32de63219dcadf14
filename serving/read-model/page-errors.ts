/** A cursor that does not belong to the list that it came with. */
export class PageNotFound extends Error {}

/** A cursor into a state of the list that is no longer held. */
export class CursorExpired extends Error {}
