-- The requests of scripts/cache, and one line of results: requests per second, p50 and p99 in ms, failures, requests.
--
-- wrk -s cache.lua URL -- MODE TOKENS VIDEOS USERS
--   feed-anonymous   the newest page
--   feed-signed-in   the newest page, each time for another viewer
--   profile-own      each time of another viewer, as they see themselves
--   profile-other    of one of the authors of the newest page, each time for another viewer
--   mix              of a hundred requests 60 signed-in feeds, 24 profiles of authors, 15 lists of comments, 1 like

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

good, refused = 0, 0

function response(status, _, body)
    if status == 200 and body:find('"status_code":0', 1, true) then
        good = good + 1
    else
        refused = refused + 1
    end
end

function init(args)
    math.randomseed(seed)
    local mode, tokens, videos, users = args[1], lines_of(args[2]), lines_of(args[3]), lines_of(args[4])
    local function any(list)
        return list[math.random(#list)]
    end
    local function signed_in(path)
        return wrk.format("GET", path .. "token=" .. any(tokens))
    end
    local requests = {
        ["feed-anonymous"] = function()
            return wrk.format("GET", "/douyin/feed/")
        end,
        ["feed-signed-in"] = function()
            return signed_in("/douyin/feed/?")
        end,
        ["profile-own"] = function()
            return signed_in("/douyin/user/?")
        end,
        ["profile-other"] = function()
            return signed_in("/douyin/user/?user_id=" .. any(users) .. "&")
        end,
        comments = function()
            return signed_in("/douyin/comment/list/?video_id=" .. any(videos) .. "&")
        end,
        like = function()
            local action = "?video_id=" .. any(videos) .. "&action_type=" .. math.random(2) .. "&token=" .. any(tokens)
            return wrk.format("POST", "/douyin/favorite/action/" .. action)
        end,
    }
    requests.mix = function()
        local dice = math.random(100)
        if dice <= 60 then
            return requests["feed-signed-in"]()
        elseif dice <= 84 then
            return requests["profile-other"]()
        elseif dice <= 99 then
            return requests.comments()
        end
        return requests.like()
    end
    request = requests[mode] or error("unknown mode " .. tostring(mode))
end

function done(summary, latency)
    local answered, bad = 0, 0
    for _, thread in ipairs(threads) do
        answered = answered + thread:get("good")
        bad = bad + thread:get("refused")
    end
    local errors = summary.errors
    bad = bad + errors.connect + errors.read + errors.write + errors.timeout
    local per_second = answered * 1e6 / summary.duration
    local p50, p99 = latency:percentile(50) / 1e3, latency:percentile(99) / 1e3
    io.write(string.format("RESULT %.0f %.2f %.2f %d %d\n", per_second, p50, p99, bad, summary.requests))
end
