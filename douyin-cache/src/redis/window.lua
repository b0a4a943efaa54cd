-- Counts within windows that begin with the first time. KEYS, each with ARGV: times, milliseconds of a window; before them how
-- much is added, which may be nothing. Answers the milliseconds until a window that is full ends, 0 where none is.
local wait = 0
for i, key in ipairs(KEYS) do
    local times, window = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
    if ARGV[1] ~= '0' and redis.call('INCRBY', key, ARGV[1]) == tonumber(ARGV[1]) then
        redis.call('PEXPIRE', key, window)
    end
    if tonumber(redis.call('GET', key) or 0) >= times then
        wait = math.max(wait, redis.call('PTTL', key), 1)
    end
end
return wait
