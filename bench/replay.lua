-- Sends the requests of a file, parted by NUL bytes, one after the other and round and round, and
-- prints one line of JSON at the end. Usage: wrk -t1 … -s replay.lua URL -- FILE
local requests, at = {}, 0

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  for each in file:read("*a"):gmatch("[^%z]+") do
    requests[#requests + 1] = each
  end
  file:close()
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "wrong": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout
  ))
end
