/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { Waterfall } from '../read-model/waterfall.ts';
import { percent, signed } from './format.ts';

const WIDTH = 180;
const HEIGHT = 14;

/** From the typical account to this one: a bar for each theme, from the chance before it to the chance after. */
export function WaterfallTable({ waterfall }: { readonly waterfall: Waterfall }) {
  const { steps, typicalLogOdds, typicalProbability, logOdds } = waterfall;
  const ends = [typicalLogOdds, logOdds, ...steps.map(({ logOddsAfter }) => logOddsAfter)];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const x = (value: number) => 4 + (high === low ? 0.5 : (value - low) / (high - low)) * (WIDTH - 8);
  return (
    <table class="waterfall">
      <caption class="unseen">From the typical account to this one</caption>
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col" class="wide">
            <span class="unseen">As a bar</span>
          </th>
          <th scope="col" class="number">
            Log-odds
          </th>
          <th scope="col" class="number">
            Chance then
          </th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">Typical account</th>
          <td class="wide">
            <Level at={x(typicalLogOdds)} />
          </td>
          <td class="number">{signed(typicalLogOdds)}</td>
          <td class="number">{percent(typicalProbability)}</td>
        </tr>
        {steps.map(({ theme, contribution, logOddsBefore, logOddsAfter, probabilityAfter }) => (
          <tr>
            <th scope="row">{theme === null ? 'Everything else' : capitalised(theme)}</th>
            <td class="wide">
              <svg class="step" width={WIDTH} height={HEIGHT} aria-hidden="true" focusable="false">
                <rect
                  class={contribution > 0 ? 'raises' : 'lowers'}
                  x={Math.min(x(logOddsBefore), x(logOddsAfter)).toFixed(1)}
                  width={Math.max(1.5, Math.abs(x(logOddsAfter) - x(logOddsBefore))).toFixed(1)}
                  y="2"
                  height={HEIGHT - 4}
                  rx="2"
                />
              </svg>
            </td>
            <td class="number">{signed(contribution)}</td>
            <td class="number">{percent(probabilityAfter)}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">
            <strong>This account</strong>
          </th>
          <td class="wide">
            <Level at={x(logOdds)} />
          </td>
          <td class="number">{signed(logOdds)}</td>
          <td class="number">
            <strong>{percent(1 / (1 + Math.exp(-logOdds)))}</strong>
          </td>
        </tr>
      </tbody>
    </table>
  );
}

function Level({ at }: { readonly at: number }) {
  return (
    <svg class="step" width={WIDTH} height={HEIGHT} aria-hidden="true" focusable="false">
      <rect class="level" x={(at - 1.5).toFixed(1)} width="3" height={HEIGHT} />
    </svg>
  );
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
