// The names of the output modes, apart from the modes themselves, which take longer to load.

export const outputModes = ['table', 'json', 'jsonl', 'csv', 'markdown', 'line', 'tree', 'graph', 'mermaid', 'dot'] as const;
export type OutputMode = (typeof outputModes)[number];
