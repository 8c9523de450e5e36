package io.sluice.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lists what counts, secrets masked. */
final class EffectiveValues {

    private final Values values;

    EffectiveValues(Values values) {
        this.values = values;
    }

    List<EffectiveValue> list() {
        List<EffectiveValue> list = new ArrayList<>();
        for (KeySpec key : KeyTable.instance().keys()) {
            if (key.type() == KeyType.SECTION_LIST) {
                elements(key, list);
            } else if (!key.isSection() && !key.path().contains("[]") && hasDefault(key)) {
                list.add(effective(key.path(), key));
            }
        }
        return list;
    }

    private static boolean hasDefault(KeySpec key) {
        return key.type() != KeyType.ANY && !key.path().contains("default_litellm_params.");
    }

    private void elements(KeySpec key, List<EffectiveValue> list) {
        if (values.size(key.path()) == 0) {
            list.add(new EffectiveValue(key.path(), "[]", "default", key.isUsed()));
        }
        for (String path : values.below(key.path() + '[')) {
            list.add(effective(path, KeyTable.instance().keyOf(path)));
        }
    }

    private EffectiveValue effective(String path, KeySpec key) {
        Values.Value value = values.find(path);
        Object effective = value == null ? ValueParser.fallback(key) : value.value();
        boolean isPrivate = value != null && value.isPrivate();
        return new EffectiveValue(
                path,
                isPrivate ? "***" : withoutPassword(ValueParser.write(key, effective)),
                value == null ? "default" : value.origin(),
                key.isUsed(),
                exact(key, effective));
    }

    private static Secret exact(KeySpec key, @Nullable Object value) {
        return switch (value) {
            case Secret secret -> secret;
            case Map<?, ?> map -> Secret.of(revealed(map));
            case null, default -> Secret.of(ValueParser.write(key, value));
        };
    }

    private static String revealed(Map<?, ?> map) {
        StringBuilder text = new StringBuilder();
        map.forEach((name, value) -> {
            Object shown = value instanceof Secret secret ? secret.reveal() : value;
            text.append(name).append('=').append(shown).append('\n');
        });
        return text.toString();
    }

    private static String withoutPassword(String text) {
        return text.replaceAll("(?<=://)[^/\\s@]{1,512}(?=@)", "***");
    }

    /**
     * SHA-256 of what counts, wherever it came from.
     *
     * @throws IllegalStateException never, since every JDK has SHA-256
     */
    static String digest(List<EffectiveValue> values) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            values.stream()
                    .map(value -> value.path() + '=' + value.text() + '\n')
                    .sorted()
                    .map(line -> line.getBytes(StandardCharsets.UTF_8))
                    .forEach(sha::update);
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
