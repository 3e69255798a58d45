/** The readable category codes of the shop, the frequent ones with their share of the events (from the real sample). */
export const SMARTPHONE = 'electronics.smartphone'

interface Branch {
  readonly under: string
  /** Price level of the branch, 0 (cheap) to 100: only the order matters, see `catalogue.ts`. */
  readonly level: number
  readonly leaves: string
}

const BRANCHES: readonly Branch[] = [
  {
    under: 'electronics.',
    level: 62,
    leaves: 'smartphone clocks tablet telephone calculator camera.photo camera.video',
  },
  { under: 'electronics.video.', level: 82, leaves: 'tv projector' },
  {
    under: 'electronics.audio.',
    level: 52,
    leaves: 'headphone subwoofer acoustic microphone music_tools.piano',
  },
  { under: 'computers.', level: 86, leaves: 'notebook desktop ebooks' },
  {
    under: 'computers.peripherals.',
    level: 48,
    leaves: 'printer monitor mouse keyboard camera joystick',
  },
  {
    under: 'computers.components.',
    level: 56,
    leaves: 'videocards cpu motherboard memory hdd power_supply cooler cdrw',
  },
  {
    under: 'appliances.environment.',
    level: 52,
    leaves: 'vacuum air_heater water_heater air_conditioner fan',
  },
  {
    under: 'appliances.kitchen.',
    level: 58,
    leaves:
      'washer refrigerators oven hood hob dishwasher microwave blender mixer meat_grinder kettle coffee_machine grill ' +
      'juicer steam_cooker fryer coffee_grinder',
  },
  { under: 'appliances.personal.', level: 38, leaves: 'massager hair_cutter scales' },
  { under: 'appliances.', level: 42, leaves: 'iron sewing_machine ironing_board steam_cleaner' },
  {
    under: 'apparel.shoes',
    level: 40,
    leaves: ' .keds .sandals .moccasins .ballet_shoes .slipons',
  },
  {
    under: 'apparel.',
    level: 32,
    leaves: 'costume shirt trousers dress jacket jeans tshirt underwear scarf skirt jumper shorts belt sock',
  },
  { under: 'accessories.', level: 34, leaves: 'bag wallet umbrella' },
  { under: 'furniture.living_room.', level: 66, leaves: 'sofa cabinet chair shelving' },
  { under: 'furniture.bedroom.', level: 60, leaves: 'bed pillow blanket' },
  { under: 'furniture.kitchen.', level: 50, leaves: 'table chair' },
  { under: 'furniture.', level: 46, leaves: 'bathroom.bath bathroom.toilet universal.light' },
  {
    under: 'auto.accessories.',
    level: 46,
    leaves: 'player alarm compressor videoregister radar light anti_freeze',
  },
  {
    under: 'construction.',
    level: 44,
    leaves:
      'tools.drill tools.generator tools.saw tools.welding tools.pump tools.light tools.screw tools.painting ' +
      'components.faucet',
  },
  {
    under: 'country_yard.',
    level: 48,
    leaves: 'lawn_mower cultivator watering furniture.hammok furniture.bench',
  },
  { under: 'kids.', level: 42, leaves: 'carriage toys dolls skates swing fmcg.diapers' },
  { under: 'sport.', level: 60, leaves: 'bicycle trainer ski snowboard tennis' },
  { under: '', level: 40, leaves: 'stationery.cartrige medicine.tools.tonometer' },
]

/** Every code with its price level, in the order of the branches. */
export const CODES: readonly { readonly code: string; readonly level: number }[] = BRANCHES.flatMap(
  ({ under, level, leaves }) => leaves.split(' ').map((leaf) => ({ code: under + leaf, level })),
)

/** Share of all events, for the codes that the sample shows often; the others divide what is left. */
export const CODE_SHARES: Readonly<Record<string, number>> = {
  [SMARTPHONE]: 0.271,
  'electronics.clocks': 0.031,
  'computers.notebook': 0.027,
  'electronics.video.tv': 0.026,
  'electronics.audio.headphone': 0.026,
  'apparel.shoes': 0.023,
  'appliances.environment.vacuum': 0.021,
  'appliances.kitchen.refrigerators': 0.021,
  'appliances.kitchen.washer': 0.021,
  'computers.desktop': 0.016,
  'apparel.shoes.keds': 0.014,
  'electronics.tablet': 0.01,
  'auto.accessories.player': 0.01,
  'furniture.bedroom.bed': 0.008,
  'appliances.environment.air_heater': 0.008,
  'appliances.environment.water_heater': 0.008,
  'furniture.living_room.sofa': 0.008,
}

/** Ids of a code: a smartphone's is one, shoes have 27, all others two; 282 with a code in all. */
export const idsOfCode = (code: string): number =>
  code === SMARTPHONE ? 1 : code === 'apparel.shoes' ? 27 : 2
