import { type PostedRows, sliceRows } from './posted-rows.ts';

/** So that nobody's turn takes long. */
const PIECE_ROWS = 64;

/** Rows a few at a time, in order. */
export function* inPieces(rows: PostedRows): Generator<PostedRows> {
  for (let from = 0; from < rows.rowCount; from += PIECE_ROWS)
    yield sliceRows(rows, from, Math.min(from + PIECE_ROWS, rows.rowCount));
}
