import { startNativeBackend } from '../../training/backends/start-native-backend.ts';

/** Ends with status 0 where the native backend in the given folder loads and multiplies two matrices. */
const native = await startNativeBackend(process.argv[2]);
if ('refusal' in native) throw new Error(native.refusal);
const { tf } = native.backend;
const [product] = tf.tidy(() => tf.matMul(tf.ones([1, 3]), tf.fill([3, 1], 2)).dataSync());
if (product !== 6) throw new Error(`1 × 3 of ones by 3 × 1 of twos gave ${product}`);
