/** A cursor that leads nowhere in the list that it is given with. */
export class PageNotFound extends Error {}

/** A cursor into a state of the list that is no longer held. */
export class CursorExpired extends Error {}
