#!/usr/bin/env node
// Node 20 cannot read TypeScript by itself; the loader is registered here, once, so that every entry
// (checkout, npm bin, worker thread) runs the same sources.
import { register } from 'tsx/esm/api';

register();
await import('./main.ts');
