package io.sluice.provider.gemini;

import io.sluice.message.Setting;
import io.sluice.message.SettingNames;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** What {@code generateContent} calls the settings that it has. */
final class GeminiFields {

    static final SettingNames SETTINGS =
            SettingNames.of(
                    Map.ofEntries(
                            Map.entry(Setting.TEMPERATURE, "temperature"),
                            Map.entry(Setting.TOP_P, "topP"),
                            Map.entry(Setting.TOP_K, "topK"),
                            Map.entry(Setting.FREQUENCY_PENALTY, "frequencyPenalty"),
                            Map.entry(Setting.PRESENCE_PENALTY, "presencePenalty"),
                            Map.entry(Setting.SEED, "seed"),
                            Map.entry(Setting.CHOICES, "candidateCount"),
                            Map.entry(Setting.LOGPROBS, "responseLogprobs"),
                            Map.entry(Setting.TOP_LOGPROBS, "logprobs"),
                            Map.entry(Setting.MEDIA_RESOLUTION, "mediaResolution"),
                            Map.entry(Setting.SAFETY_SETTINGS, "safetySettings"),
                            Map.entry(Setting.CACHED_CONTENT, "cachedContent")));

    /** The settings that stand beside the conversation, not in {@code generationConfig}. */
    static final Set<Setting> TOP_LEVEL =
            EnumSet.of(Setting.SAFETY_SETTINGS, Setting.CACHED_CONTENT);

    private GeminiFields() {}

    /** The name as Google's own clients write it, for those who write it with underscores. */
    static String camel(String name) {
        if (name.indexOf('_') < 0) {
            return name;
        }
        StringBuilder camel = new StringBuilder(name.length());
        boolean raise = false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '_' && !camel.isEmpty()) {
                raise = true;
            } else {
                camel.append(raise ? Character.toUpperCase(c) : c);
                raise = false;
            }
        }
        return camel.toString();
    }
}
