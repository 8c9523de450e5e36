package io.sluice.routing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.config.HealthSettings;
import io.sluice.config.ModelEntry;
import io.sluice.config.TargetTraits;
import io.sluice.health.AttemptResult;
import io.sluice.health.BreakerTerms;
import io.sluice.health.HealthTerms;
import io.sluice.health.TargetHealth;
import io.sluice.health.TargetHealths;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * Finds for each entry of {@code model_list} the health that was kept for it.
 *
 * <p>Confined to the making of one table.
 */
final class Placements {

    /*
     * A target is found again by model_info.id where it has one, else by what it is: provider,
     * model, address and, where it has one key, that key's digest. Its place in the file does not
     * matter, so that reordering the list changes nothing; another key is another target.
     */

    private static final int DIGEST_BYTES = 4;

    private final HealthSettings settings;
    private final TargetHealths healths;
    private final Map<String, Set<String>> seen = new HashMap<>();

    Placements(HealthSettings settings, TargetHealths healths) {
        this.settings = settings;
        this.healths = healths;
    }

    /** The health of an entry's target, with the terms that count now. */
    TargetHealth health(ModelEntry entry) {
        String id = uniqueId(entry);
        Set<String> labels = new HashSet<>();
        entry.traits().keys().forEach(key -> labels.add(label(key)));
        if (labels.isEmpty()) {
            labels.add(label(entry));
        }
        seen.put(id, labels);
        TargetHealth health = healths.of(id);
        health.setTerms(terms(entry));
        return health;
    }

    private String uniqueId(ModelEntry entry) {
        String said = entry.traits().id();
        String base = said == null || said.isBlank() ? describe(entry) : said;
        String id = base;
        for (int i = 2; seen.containsKey(id); i++) {
            id = base + '#' + i;
        }
        return id;
    }

    private static String describe(ModelEntry entry) {
        String place = entry.apiBase() == null ? "" : '@' + place(entry.apiBase());
        String key = entry.traits().keys().isEmpty() ? '~' + label(entry) : "";
        return entry.provider() + '/' + entry.model() + place + key;
    }

    private static String place(String base) {
        String place = base.strip().replaceFirst("^[a-zA-Z]+://", "").replaceFirst("^[^/@]*@", "");
        return place.replaceFirst("[?#].*", "");
    }

    /** Forgets the health of targets and keys that no entry has any more. */
    void forgetOthers() {
        healths.keep(seen);
    }

    /** What operators see of one key of several: its name, else the beginning of its digest. */
    static String label(TargetTraits.KeyOfPool key) {
        String name = key.name();
        return name == null ? "key-" + digest(key.key().reveal()) : name;
    }

    /** What operators see of the only key. */
    static String label(ModelEntry entry) {
        if (entry.apiKey() != null) {
            return "key-" + digest(entry.apiKey().reveal());
        }
        return entry.identity() == null ? "none" : "identity";
    }

    private static String digest(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private HealthTerms terms(ModelEntry entry) {
        boolean isPooled = entry.traits().keys().size() > 1;
        Duration own = entry.traits().cooldown();
        Duration rest = own == null ? settings.cooldown() : own;
        Map<AttemptResult, Integer> byResult = new EnumMap<>(AttemptResult.class);
        byResult.put(AttemptResult.RATE_LIMITED, 1);
        byResult.put(AttemptResult.UNAUTHORIZED, 1);
        settings.allowedFailsByError()
                .forEach((failure, count) -> {
                    switch (failure) {
                        case AUTHENTICATION -> byResult.put(AttemptResult.UNAUTHORIZED, count);
                        case RATE_LIMIT -> byResult.put(AttemptResult.RATE_LIMITED, count);
                        case TIMEOUT -> byResult.put(AttemptResult.TIMED_OUT, count);
                        case INTERNAL_SERVER -> byResult.put(AttemptResult.FAILED, count);
                    }
                });
        return new HealthTerms(
                new BreakerTerms(
                        settings.cooldowns(), settings.allowedFails(), byResult, rest.toNanos()),
                new BreakerTerms(
                        settings.cooldowns(),
                        settings.keyFailures(),
                        byResult,
                        settings.keyRest().toNanos()),
                settings.window().toNanos(),
                isPooled);
    }
}
