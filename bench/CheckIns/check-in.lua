-- wrk's script: check-ins for random members, and the figures as one line of JSON.
-- Arguments: TOKEN MEMBERS
local token, members

function init(args)
  token, members = args[1], tonumber(args[2])
  math.randomseed(os.time())
end

function request()
  local member = 100000000001 + math.random(0, members - 1)
  local body = string.format(
    '{"member_id":"00000000-0000-7000-8000-%012.0f","adherence":%d,"mood_trend":%d,"cravings":%d,"sleep_hours":%d.5,"isolation":%d,"notes":"a quiet day, slept a little, walked"}',
    member, math.random(60, 100), math.random(-2, 5), math.random(0, 40), math.random(4, 9), math.random(0, 40))
  return wrk.format(
    "POST", "/v1/check-ins", { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json" }, body)
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.3f,"p50_ms":%.3f,"p95_ms":%.3f,"p99_ms":%.3f,"errors":%d}\n',
    summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3,
    e.connect + e.read + e.write + e.status + e.timeout))
end
