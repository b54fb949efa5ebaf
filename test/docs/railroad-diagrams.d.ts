// The part of railroad-diagrams that test/docs/grammar-page.ts uses; the package has no types of its own.

declare module 'railroad-diagrams' {
  interface Part {
    toString(): string;
  }
  type Make = (...parts: (Part | string)[]) => Part;
  const railroad: {
    readonly Diagram: Make & { VERTICAL_SEPARATION: number };
    readonly Sequence: Make;
    readonly Choice: (normal: number, ...parts: (Part | string)[]) => Part;
    readonly Optional: (part: Part | string) => Part;
    readonly OneOrMore: (part: Part | string, separator?: Part | string) => Part;
    readonly ZeroOrMore: (part: Part | string, separator?: Part | string) => Part;
    readonly Terminal: (text: string, href?: string) => Part;
    readonly NonTerminal: (text: string, href?: string) => Part;
    readonly Skip: () => Part;
  };
  export default railroad;
}
