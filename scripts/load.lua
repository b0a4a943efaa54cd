-- The requests of scripts/load, and one line of results: acknowledged per second, p50 and p99 in ms, failures.
--
-- wrk -s load.lua URL -- MODE [TOKENS [VIDEOS]]
--   plain   GET the URL as it is
--   newest  the first page of the feed, each time for another viewer
--   deep    any page of the feed, each time for another viewer
--   like    any user likes any of the videos, or takes it back

local threads = {}

function setup(thread)
    thread:set("seed", #threads + 1)
    table.insert(threads, thread)
end

local function lines_of(path)
    local lines = {}
    for line in io.lines(path) do
        lines[#lines + 1] = line
    end
    return lines
end

acknowledged, refused = 0, 0

local function count(status, _, body)
    if status == 200 and body:find('"status_code":0', 1, true) then
        acknowledged = acknowledged + 1
    else
        refused = refused + 1
    end
end

function init(args)
    math.randomseed(seed)
    local mode = args[1]
    if mode == "plain" then
        return
    end
    local tokens, videos = lines_of(args[2]), args[3] and lines_of(args[3])
    local function any(list)
        return list[math.random(#list)]
    end
    if mode == "newest" then
        request = function()
            return wrk.format("GET", "/douyin/feed/?token=" .. any(tokens))
        end
    elseif mode == "deep" then
        -- The demo videos were published over the past 120 days.
        local now = os.time()
        request = function()
            local latest = now - math.random(120 * 86400)
            return wrk.format("GET", "/douyin/feed/?latest_time=" .. latest .. "&token=" .. any(tokens))
        end
    elseif mode == "like" then
        -- A success is what the envelope says, so every answer is read.
        response = count
        request = function()
            local parameters = "?video_id=" .. any(videos) .. "&action_type=" .. math.random(2) .. "&token=" .. any(tokens)
            return wrk.format("POST", "/douyin/favorite/action/" .. parameters)
        end
    else
        error("unknown mode " .. tostring(mode))
    end
end

function done(summary, latency)
    local good, bad = 0, 0
    for _, thread in ipairs(threads) do
        good = good + thread:get("acknowledged")
        bad = bad + thread:get("refused")
    end
    local errors = summary.errors
    bad = bad + errors.connect + errors.read + errors.write + errors.status + errors.timeout
    if good == 0 then
        good = summary.requests - bad
    end
    local per_second = good * 1e6 / summary.duration
    local p50, p99 = latency:percentile(50) / 1e3, latency:percentile(99) / 1e3
    io.write(string.format("RESULT %.0f %.2f %.2f %d\n", per_second, p50, p99, bad))
end
