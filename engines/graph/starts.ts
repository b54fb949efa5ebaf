// How many of the nodes that a match starts from are done, for who follows the statement. The first walk goes through a list of them. Where
// another walk follows, the first one hands nodes on in frames and is ahead, so it is the second whose place in its frame counts.

/** A list of nodes that are tried one by one. */
export interface StartList {
  readonly reached: { readonly done: number; readonly of: number };
}

/** How many of fewer starts are done says little. */
const startsTold = 20;

export class Starts {
  private readonly walks: object[] = [];
  private list: StartList | undefined;
  /** Starts before the frame that the second walk has in hand, and those up to its end. */
  private from = 0;
  private to = 0;
  private size = 0;
  private told = 0;

  /** The walks of the match in their order. `list`: what the walk starts from, if that is a list. */
  add(walk: object, list: StartList | undefined): void {
    this.walks.push(walk);
    if (this.walks.length === 1) this.list = list;
  }

  /** The walk gives a frame to the stages behind it. */
  handOn(walk: object): void {
    if (walk !== this.walks[0] || !this.list) return;
    this.from = this.to;
    this.to = this.list.reached.done;
  }

  /** The walk begins with row `at` of a frame of so many. */
  begin(walk: object, at: number, size: number): void {
    if (walk !== this.walks[1]) return;
    this.size = size;
    this.told = Math.max(this.told, Math.floor(this.from + ((this.to - this.from) * at) / size));
  }

  /** Tells what is done, if the walk is the one to ask. */
  tell(walk: object, reached: (done: number, of: number) => void): void {
    const { list, walks } = this;
    if (!list || walk !== (walks[1] ?? walks[0])) return;
    const { done, of } = list.reached;
    if (!walks[1] && of >= startsTold) reached(done, of);
    // A condition may have let few of many pass.
    if (walks[1] && this.size >= startsTold) reached(this.told, of);
  }
}
