package io.sluice.transport.redis;

import io.sluice.admission.RateShare;
import io.sluice.admission.SlotCounts;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** What Redis does with one report, in one step: its script, its arguments and its answer. */
final class RateScript {

    /*
     * One hash has what all processes have used in each slot of a window, another what one process
     * has told of it: reports are absolute, so that one that comes twice changes nothing. The two
     * belong together by a name that the first was given when it was made; where it is lost, what
     * was told is told anew. Both go when the window is over and nobody has asked since.
     *
     * KEYS: all, own. ARGV: length of a slot in microseconds, life of the keys in milliseconds, 1
     * where the report replaces all others, then slots and counts. The answer: the time in seconds
     * and microseconds, 1 where everything must be told anew, then slots and what others have used.
     */
    static final String TEXT =
            """
            local time = redis.call('TIME')
            local life = redis.call('HGET', KEYS[1], 'life')
            if not life then
              life = time[1] .. '.' .. time[2] .. KEYS[2]
              redis.call('HSET', KEYS[1], 'life', life)
            end
            local function text(number)
              return string.format('%.0f', number)
            end
            local lost = 0
            if redis.call('HGET', KEYS[2], 'life') ~= life then
              redis.call('DEL', KEYS[2])
              redis.call('HSET', KEYS[2], 'life', life)
              if ARGV[3] ~= '1' then lost = 1 end
            elseif ARGV[3] == '1' then
              local told = redis.call('HGETALL', KEYS[2])
              for i = 1, #told, 2 do
                if told[i] ~= 'life' then
                  redis.call('HINCRBY', KEYS[1], told[i], text(-tonumber(told[i + 1])))
                  redis.call('HDEL', KEYS[2], told[i])
                end
              end
            end
            for i = 4, #ARGV, 2 do
              local before = tonumber(redis.call('HGET', KEYS[2], ARGV[i]) or '0')
              redis.call('HINCRBY', KEYS[1], ARGV[i], text(tonumber(ARGV[i + 1]) - before))
              redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
            end
            local micros = tonumber(time[1]) * 1000000 + tonumber(time[2])
            local newest = math.floor(micros / tonumber(ARGV[1]))
            local oldest = newest - 61
            local own = {}
            local told = redis.call('HGETALL', KEYS[2])
            for i = 1, #told, 2 do
              if told[i] ~= 'life' then
                own[told[i]] = tonumber(told[i + 1])
                if tonumber(told[i]) < oldest then redis.call('HDEL', KEYS[2], told[i]) end
              end
            end
            local answer = {tonumber(time[1]), tonumber(time[2]), lost}
            local all = redis.call('HGETALL', KEYS[1])
            for i = 1, #all, 2 do
              if all[i] ~= 'life' then
                local others = tonumber(all[i + 1]) - (own[all[i]] or 0)
                if tonumber(all[i]) < oldest then
                  redis.call('HDEL', KEYS[1], all[i])
                elseif others > 0 and tonumber(all[i]) <= newest + 3 then
                  answer[#answer + 1] = tonumber(all[i])
                  answer[#answer + 1] = others
                end
              end
            end
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            redis.call('PEXPIRE', KEYS[2], ARGV[2])
            return answer
            """;

    private static final String PREFIX = "sluice:rate:";
    private static final int NAME_BYTES = 16;
    private static final int FIRST_SLOT = 3;

    /** What came back for one report. */
    record Answer(boolean isLost, SlotCounts others) {}

    private RateScript() {}

    /**
     * The keys of one window: names of keys and users are not told to Redis, and what a name may be
     * long does not matter. The braces keep both on one node of a cluster.
     */
    static String[] keys(String name, String process) {
        String all = PREFIX + '{' + digest(name) + '}';
        return new String[] {all, all + ':' + process};
    }

    static String[] arguments(RateShare share, RateShare.Report report) {
        SlotCounts used = report.used();
        String[] arguments = new String[FIRST_SLOT + 2 * used.size()];
        arguments[0] = Double.toString(share.slotNanos() / 1000.0);
        arguments[1] = Long.toString(share.length().toMillis() * 62 / 60 + 1000);
        arguments[2] = report.isWhole() ? "1" : "0";
        for (int i = 0; i < used.size(); i++) {
            arguments[FIRST_SLOT + 2 * i] = Long.toString(used.slot(i));
            arguments[FIRST_SLOT + 2 * i + 1] = Long.toString(used.count(i));
        }
        return arguments;
    }

    static Answer answer(List<?> numbers) {
        SlotCounts others = new SlotCounts();
        for (int i = FIRST_SLOT; i + 1 < numbers.size(); i += 2) {
            others.add(number(numbers, i), number(numbers, i + 1));
        }
        return new Answer(number(numbers, 2) == 1, others);
    }

    private static long number(List<?> numbers, int at) {
        if (numbers.get(at) instanceof Long number) {
            return number;
        }
        throw new IllegalArgumentException("not a number: " + numbers.get(at));
    }

    private static String digest(String name) {
        try {
            byte[] bytes =
                    MessageDigest.getInstance("SHA-256")
                            .digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(bytes, 0, NAME_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
