package io.sluice.provider.anthropic;

import io.sluice.message.Setting;
import io.sluice.message.SettingNames;
import java.util.Map;

/** What Messages call the settings that they have. */
final class MessagesFields {

    static final SettingNames SETTINGS =
            SettingNames.of(
                    Map.of(
                            Setting.TEMPERATURE, "temperature",
                            Setting.TOP_P, "top_p",
                            Setting.TOP_K, "top_k",
                            Setting.SERVICE_TIER, "service_tier",
                            Setting.CONTAINER, "container",
                            Setting.CONTEXT_MANAGEMENT, "context_management",
                            Setting.MCP_SERVERS, "mcp_servers",
                            Setting.INFERENCE_GEO, "inference_geo"));

    private MessagesFields() {}
}
