select cast(window_days as bigint) as window_days
from (values /*each window*/({window})/*between*/, /*end*/) as windows(window_days)
