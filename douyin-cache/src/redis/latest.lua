-- Puts a member into a set of the latest. KEYS: the set. ARGV: the member, how many the set has at most, milliseconds after the
-- last of them when all are forgotten.
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], string.format('%.0f', time[1] * 1000000 + time[2]), ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 0
