-- Generic cell rate algorithm over KEYS, each with ARGV: microseconds between two turns, microseconds of a full burst.
-- All keys grant a turn, or none is taken. Answers the microseconds to wait, 0 where the turn is granted.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local wait = 0
local next = {}
for i, key in ipairs(KEYS) do
    local emission, burst = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
    -- A clock that was set back does not lock anybody out for longer than a burst takes to refill.
    local arrival = math.min(math.max(tonumber(redis.call('GET', key) or 0), now), now + burst)
    next[i] = arrival + emission
    wait = math.max(wait, next[i] - burst - now)
end
if wait == 0 then
    for i, key in ipairs(KEYS) do
        redis.call('SET', key, string.format('%.0f', next[i]), 'PX', math.ceil((next[i] - now) / 1000))
    end
end
return math.ceil(wait)
