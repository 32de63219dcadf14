// Compiled into the addon. Runs when it is loaded, before TensorFlow makes its threads.
#include <cstdlib>

namespace {

// One thread per fit, unless the environment says otherwise: fits run beside each other on worker threads, layers here are too
// narrow to gain from more, and sums in one order are the same bits on any number of cores.
const int kThreads = setenv("TF_NUM_INTRAOP_THREADS", "1", /*overwrite=*/0);

}  // namespace
