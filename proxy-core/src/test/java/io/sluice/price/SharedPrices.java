package io.sluice.price;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The data that the prices are drawn from; a test that asks for it is skipped without it. */
final class SharedPrices {

    static final String DAY = "2026-08-01";

    private SharedPrices() {}

    static Path file() {
        return find("shared/prices/litellm_model_prices.json");
    }

    static Path cases() {
        return find("shared/wire/cases");
    }

    private static Path find(String name) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve(name))) {
                return at.resolve(name);
            }
        }
        Assumptions.abort(name + " is absent");
        throw new IllegalStateException(name);
    }
}
