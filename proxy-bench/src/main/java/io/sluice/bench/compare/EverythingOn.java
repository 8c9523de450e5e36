package io.sluice.bench.compare;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** How a gateway is set up that has everything switched on. */
final class EverythingOn {

    /*
     * The bounds are so wide that nothing is ever refused, and hard, which costs most: each call
     * has its body looked through, is held for at four levels, and settled at four.
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
            litellm_params:
              model: openai/canned
              api_base: PROVIDER
              api_key: sk-up
              input_cost_per_token: 0.000000001
              output_cost_per_token: 0.000000002
            model_info: {max_output_tokens: 4096}
        """
                .formatted(MASTER_KEY, databaseUrl == null ? "null" : databaseUrl, accessLog);
    }

    /**
     * Makes the team, its user and their key.
     *
     * @throws IOException if the gateway refuses
     */
    static void addAccounts(AdminClient admin, String key) throws IOException {
        admin.post("/team/new", "{\"team_id\":\"bench-team\"," + TERMS + "}");
        admin.post("/user/new", "{\"user_id\":\"bench-user\"," + TERMS + "}");
        admin.post(
                "/key/generate",
                "{\"key\":\""
                        + key
                        + "\",\"key_alias\":\"bench\",\"team_id\":\"bench-team\","
                        + "\"user_id\":\"bench-user\","
                        + TERMS
                        + "}");
    }
}
