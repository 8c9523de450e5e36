package io.sluice.provider.openai;

import io.sluice.message.Setting;
import io.sluice.message.SettingNames;
import java.util.Map;

/** What chat completions call the settings that they have. */
final class ChatFields {

    static final SettingNames SETTINGS =
            SettingNames.of(
                    Map.ofEntries(
                            Map.entry(Setting.TEMPERATURE, "temperature"),
                            Map.entry(Setting.TOP_P, "top_p"),
                            Map.entry(Setting.TOP_K, "top_k"),
                            Map.entry(Setting.FREQUENCY_PENALTY, "frequency_penalty"),
                            Map.entry(Setting.PRESENCE_PENALTY, "presence_penalty"),
                            Map.entry(Setting.SEED, "seed"),
                            Map.entry(Setting.CHOICES, "n"),
                            Map.entry(Setting.LOGPROBS, "logprobs"),
                            Map.entry(Setting.TOP_LOGPROBS, "top_logprobs"),
                            Map.entry(Setting.LOGIT_BIAS, "logit_bias"),
                            Map.entry(Setting.USER, "user"),
                            Map.entry(Setting.METADATA, "metadata"),
                            Map.entry(Setting.SERVICE_TIER, "service_tier"),
                            Map.entry(Setting.STORE, "store"),
                            Map.entry(Setting.VERBOSITY, "verbosity"),
                            Map.entry(Setting.PROMPT_CACHE_KEY, "prompt_cache_key"),
                            Map.entry(Setting.PROMPT_CACHE_RETENTION, "prompt_cache_retention"),
                            Map.entry(Setting.SAFETY_IDENTIFIER, "safety_identifier"),
                            Map.entry(Setting.MODALITIES, "modalities"),
                            Map.entry(Setting.AUDIO, "audio"),
                            Map.entry(Setting.PREDICTION, "prediction"),
                            Map.entry(Setting.WEB_SEARCH, "web_search_options")));

    private ChatFields() {}
}
