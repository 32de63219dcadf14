import { describeBackend } from './describe-backend.ts';

describeBackend('wasm');
