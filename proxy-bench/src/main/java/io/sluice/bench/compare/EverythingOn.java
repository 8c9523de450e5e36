package io.sluice.bench.compare;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** How a gateway is set up that has everything switched on. */
final class EverythingOn {

    /*
     * The bounds are so wide that nothing is ever refused, and hard, which costs most: each call
     * has its body looked through and an output bound put into it, is held for at four levels, and
     * settled at four. Prices and bounds are those of a model of the built-in table.
     */

    static final String MASTER_KEY = "sk-bench-master-0123456789";

    private static final String TERMS =
            "\"rpm_limit\":100000000,\"tpm_limit\":1000000000000,\"max_parallel_requests\":1000000,"
                    + "\"max_budget\":1000000,\"budget_duration\":\"30d\",\"budget_mode\":\"hard\"";

    private EverythingOn() {}

    /** The configuration; the access log and the journal go into {@code folder}. */
    static String configuration(String accessLog, @Nullable String databaseUrl) {
        return """
        general_settings: {master_key: %s, salt_key: bench-salt-0123456789abcdef}
        database: {url: %s}
        ledger: {enabled: true}
        logging: {access: "%s", level: warn}
        budget: {amount: 1000000 USD, window: month, mode: hard}
        limits:
          connections: 30000
          requests_per_minute: 100000000
          tokens_per_minute: 1000000000000
          parallel: 1000000
        model_list:
          - model_name: canned
            litellm_params: {model: openai/canned, api_base: PROVIDER, api_key: sk-up}
            model_info: {base_model: gpt-4o-mini}
          - model_name: canned-messages
            litellm_params: {model: anthropic/canned, api_base: PROVIDER, api_key: sk-up}
            model_info: {base_model: gpt-4o-mini}
        """
                .formatted(MASTER_KEY, databaseUrl == null ? "null" : databaseUrl, accessLog);
    }

    /**
     * Makes a team, a user of it and their key, under names that no earlier run has used.
     *
     * @return the key
     * @throws IOException if the gateway refuses
     */
    static String addAccounts(AdminClient admin) throws IOException {
        String id = Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
        String key = "sk-bench-" + id;
        String owners = "\"team_id\":\"team-" + id + "\",\"user_id\":\"user-" + id + "\"";
        admin.post("/team/new", "{\"team_id\":\"team-" + id + "\"," + TERMS + "}");
        admin.post("/user/new", "{\"user_id\":\"user-" + id + "\"," + TERMS + "}");
        admin.post(
                "/key/generate",
                "{\"key\":\""
                        + key
                        + "\",\"key_alias\":\"bench-"
                        + id
                        + "\","
                        + owners
                        + ","
                        + TERMS
                        + "}");
        return key;
    }
}
