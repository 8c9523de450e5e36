package io.sluice.ledger;

import io.sluice.config.LedgerSettings;
import io.sluice.price.CallCost;
import io.sluice.usage.ServiceTier;
import io.sluice.usage.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Rows and settings for tests. */
final class Rows {

    static final LedgerSettings SMALL =
            new LedgerSettings(
                    true,
                    LedgerSizes.MIN_RING,
                    1 << 20,
                    Duration.ofMillis(1),
                    LedgerSettings.WhenFull.REFUSE);

    private Rows() {}

    /** A plain row of the call {@code call}. */
    static AttemptRow plain(long call) {
        AttemptRow row = new AttemptRow();
        row.setId(7, call, 1);
        row.setRequestId("request-" + call);
        row.setAdmittedMillis(1_800_000_000_000L + call);
        row.setEndedMillis(1_800_000_001_000L + call);
        row.setEndpoint("CHAT_COMPLETIONS", true);
        row.setModels("fast", "gpt-5");
        row.setTarget("openai", "openai-1");
        row.setStatus(200, null);
        row.setCost(new CallCost(CallCost.State.PRICED, 1000 + call, "USD", 1000 + call));
        return row;
    }

    /** A row with everything in it, or nothing, as {@code random} has it. */
    static AttemptRow any(Random random) {
        AttemptRow row = new AttemptRow();
        row.setId(random.nextLong(), random.nextLong(), random.nextInt(1, 100));
        row.setRequestId(text(random));
        row.setAdmittedMillis(random.nextLong(2_000_000_000_000L));
        row.setEndedMillis(random.nextLong());
        row.setKey(maybe(random), maybe(random));
        row.setOwner(maybe(random), maybe(random), maybe(random), maybe(random));
        row.setEndUser(maybe(random));
        List<String> tags = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            tags.add(i + text(random));
        }
        row.setTags(tags);
        row.setEndpoint(text(random), random.nextBoolean());
        row.setModels(maybe(random), maybe(random));
        row.setModelGroup(maybe(random));
        row.setTarget(maybe(random), maybe(random));
        row.setOutcome(RecordLayout.OUTCOMES.get(random.nextInt(RecordLayout.OUTCOMES.size())));
        row.setStatus(random.nextInt(), maybe(random));
        row.setTermination('U', 'S');
        row.setUsage(usage(random));
        CallCost.State[] states = CallCost.State.values();
        row.setCost(
                new CallCost(
                        states[random.nextInt(states.length)],
                        random.nextLong(),
                        "EUR",
                        random.nextLong()));
        row.setTimes(random.nextLong(), random.nextLong(), random.nextLong());
        row.setBytes(random.nextLong(), random.nextLong());
        return row;
    }

    private static Usage usage(Random random) {
        Usage usage = new Usage();
        Usage.Origin[] origins = Usage.Origin.values();
        usage.setOrigin(origins[random.nextInt(origins.length)]);
        ServiceTier[] tiers = ServiceTier.values();
        usage.setServiceTier(tiers[random.nextInt(tiers.length)]);
        usage.setInputTokens(random.nextLong());
        usage.setOutputTokens(random.nextLong());
        usage.setCachedInputTokens(random.nextLong());
        usage.setCacheWriteTokens(random.nextLong());
        usage.setReasoningTokens(random.nextLong());
        usage.setAudioInputTokens(random.nextLong());
        usage.setAudioOutputTokens(random.nextLong());
        for (Usage.Extra extra : Usage.Extra.values()) {
            if (random.nextBoolean()) {
                usage.setCount(extra, random.nextLong());
            }
        }
        return usage;
    }

    private static @Nullable String maybe(Random random) {
        return random.nextInt(3) == 0 ? null : text(random);
    }

    /** Text that fits into every bound, of characters of one to four bytes. */
    private static String text(Random random) {
        String alphabet = "aZ0-é漢😀";
        int[] points = alphabet.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(7); i > 0; i--) {
            text.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return text.toString();
    }
}
