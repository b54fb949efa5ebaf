import type { Plugin } from 'esbuild';

export const builtDecisions: Plugin;
