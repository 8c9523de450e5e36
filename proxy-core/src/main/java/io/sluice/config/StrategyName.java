package io.sluice.config;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How one of several targets is chosen, by the names that configurations use. */
public enum StrategyName {
    SIMPLE_SHUFFLE,
    LEAST_BUSY,
    LOWEST_LATENCY,
    LOWEST_COST,
    USAGE_BASED,
    LOWEST_TPM_RPM,
    PRIORITY,
    SESSION_AFFINITY;

    private static final Map<String, StrategyName> OTHER_NAMES =
            Map.of(
                    "", SIMPLE_SHUFFLE,
                    "latency-based-routing", LOWEST_LATENCY,
                    "cost-based-routing", LOWEST_COST,
                    "usage-based-routing", USAGE_BASED,
                    "usage-based-routing-v2", USAGE_BASED);

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** As Sluice writes it. */
    public String text() {
        return text;
    }

    /** The strategy of that name, LiteLLM's included, or {@code null} if there is none. */
    public static @Nullable StrategyName find(String name) {
        String wanted = name.strip().toLowerCase(Locale.ROOT);
        for (StrategyName one : values()) {
            if (one.text.equals(wanted)) {
                return one;
            }
        }
        return OTHER_NAMES.get(wanted);
    }
}
