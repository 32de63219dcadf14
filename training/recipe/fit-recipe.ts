import type { Split } from '../splits/split.ts';
import { fitByFold } from './fit-by-fold.ts';
import { fitByTime } from './fit-by-time.ts';
import type { FittedRecipe, RecipeRequest } from './recipe.ts';

/** Fits every family, blends them as rows that trained none of them say, and calibrates the blend. */
export function fitRecipe(request: RecipeRequest, split: Split): Promise<FittedRecipe> {
  return split.kind === 'by_time' ? fitByTime(request, split) : fitByFold(request, split);
}
