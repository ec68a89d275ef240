/** What one group may hold of the files that the same limits judge. */
export interface Room {
  readonly lines: number;
  readonly files: number;
}

interface Weight {
  /** Weighted lines in hundredths, so that sums are exact. */
  readonly hundredths: number;
  /** Does it count for the spread? */
  readonly isSpread: boolean;
  /** The same object for all files of the same limits. */
  readonly room: Room;
}

interface Sum {
  readonly hundredths: number;
  readonly files: number;
}

const NOTHING: Sum = { hundredths: 0, files: 0 };

/** What a group holds, apart for each limit that judges. */
export class Load {
  readonly #sums = new Map<Room, Sum>();

  constructor(files: Iterable<Weight>) {
    for (const { room, hundredths, isSpread } of files) {
      this.#put(room, { hundredths, files: isSpread ? 1 : 0 });
    }
  }

  add(load: Load): void {
    for (const [room, sum] of load.#sums) this.#put(room, sum);
  }

  #put(room: Room, more: Sum): void {
    this.#sums.set(room, addUp(this.#sums.get(room), more));
  }

  /** Are both together within the limits? */
  hasRoomFor(load: Load): boolean {
    for (const [room, more] of load.#sums) {
      const own = this.#sums.get(room) ?? NOTHING;
      if (own.hundredths + more.hundredths > room.lines * 100) return false;
      if (own.files + more.files > room.files) return false;
    }
    return true;
  }

  /** Is that share of the room of any limit taken? */
  takes(share: number): boolean {
    return [...this.#sums].some(
      ([room, { hundredths, files }]) =>
        hundredths >= share * room.lines * 100 || files >= share * room.files,
    );
  }
}

function addUp(known: Sum = NOTHING, more: Sum): Sum {
  return { hundredths: known.hundredths + more.hundredths, files: known.files + more.files };
}

export function fitsInOne(files: Iterable<Weight>): boolean {
  return new Load([]).hasRoomFor(new Load(files));
}
