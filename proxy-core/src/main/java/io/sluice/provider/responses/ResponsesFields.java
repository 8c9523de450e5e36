package io.sluice.provider.responses;

import io.sluice.message.Setting;
import io.sluice.message.SettingNames;
import java.util.Map;

/** What Responses call the settings that they have. */
final class ResponsesFields {

    static final SettingNames SETTINGS =
            SettingNames.of(
                    Map.ofEntries(
                            Map.entry(Setting.TEMPERATURE, "temperature"),
                            Map.entry(Setting.TOP_P, "top_p"),
                            Map.entry(Setting.TOP_LOGPROBS, "top_logprobs"),
                            Map.entry(Setting.USER, "user"),
                            Map.entry(Setting.METADATA, "metadata"),
                            Map.entry(Setting.SERVICE_TIER, "service_tier"),
                            Map.entry(Setting.STORE, "store"),
                            Map.entry(Setting.PROMPT_CACHE_KEY, "prompt_cache_key"),
                            Map.entry(Setting.PROMPT_CACHE_RETENTION, "prompt_cache_retention"),
                            Map.entry(Setting.SAFETY_IDENTIFIER, "safety_identifier"),
                            Map.entry(Setting.CONTEXT_MANAGEMENT, "context_management"),
                            Map.entry(Setting.PREVIOUS_RESPONSE, "previous_response_id"),
                            Map.entry(Setting.INCLUDE, "include"),
                            Map.entry(Setting.TRUNCATION, "truncation"),
                            Map.entry(Setting.BACKGROUND, "background")));

    private ResponsesFields() {}
}
