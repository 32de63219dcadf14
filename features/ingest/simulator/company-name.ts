import type { Random } from '../../../stats/seeded-random.ts';
import { pick } from './draws.ts';

/** An invented company name, unused so far. @example 'Alderhaven Logistics' */
export function inventCompanyName(random: Random, taken: Set<string>): string {
  for (;;) {
    const name = `${pick(random, FIRST)}${pick(random, SECOND)} ${pick(random, TRADE)}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

/** @example slug('Alderhaven Logistics') // 'alderhaven-logistics' */
export function slug(name: string): string {
  return name.toLowerCase().replaceAll(' ', '-');
}

const FIRST =
  words(`Alder Amber Ash Birch Bracken Bright Cinder Clover Copper Coral Drift Dun Elder Ember Fern
  Flint Frost Glen Gold Grey Hazel Heather Iron Juniper Larch Linden Maple Marl Mist Moss North Oak Ochre Otter
  Pebble Pine Quarry Raven Reed Rowan Russet Sage Silver Slate Sorrel Stone Storm Teal Thistle Umber Vale Willow`);

const SECOND =
  words(`bank barrow beck bourne bridge brook burn cliff combe cote crest croft dale dell field ford
  gate grove haven heath hollow holm hurst ing lake land leigh low march mead mere moor mouth point port reach
  ridge rise shaw shore side stead strand thorpe tide vale view wark water well wick wold worth yard`);

const TRADE = words(`Advisory Analytics Automotive Biotech Brewing Builders Care Catering Cloud Components
  Consulting Dental Design Energy Engineering Fabrics Finance Foods Freight Furnishings Games Garments Glass
  Health Homes Hospitality Insurance Instruments Labs Learning Leasing Legal Logistics Machinery Marine Media
  Metals Mobility Motors Networks Optics Packaging Paper Pharma Plastics Printing Properties Recruiting
  Renewables Retail Robotics Safety Security Software Solar Sports Studios Systems Telecom Textiles Timber
  Tools Toys Travel Utilities Ventures Wines`);

function words(text: string): readonly string[] {
  return text.split(/\s+/);
}
